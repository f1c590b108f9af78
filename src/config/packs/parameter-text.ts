// The text of a YAML file of flat keys: its values, and where each key and value stands in it.
import { isMap, isScalar, type Pair, type ParsedNode, parseDocument } from "yaml";
import { AgentError } from "../../kernel/errors.ts";
import { configText, placeIn } from "../config-text.ts";
import { foundWords } from "../expected.ts";
import { nearestKey } from "../nearest-key.ts";
import { report } from "../problem.ts";
import { readCredentialFile, readingReason } from "../read-limited.ts";
import { plain } from "../tree.ts";
import { readYaml } from "../yaml-layer.ts";
import { maxFileBytes } from "./read-documents.ts";

export interface ParameterText {
  /** As it was asked for. */
  readonly path: string;
  readonly text: string;
  readonly values: Readonly<Record<string, unknown>>;
}

export type Entry = Pair<ParsedNode, ParsedNode | null>;

/** Throws `usage.wrong` for a JSON file, `config.unreadable` and `config.invalid` with the reason or the report. */
export function readParameterText(path: string): ParameterText {
  refuseJson(path);
  const text = textOf(path);
  return { path, text, values: valuesOf(path, text) };
}

/** The values of a text that is to become, or is, the file's. Throws `config.invalid`. */
export function valuesOf(path: string, text: string): Readonly<Record<string, unknown>> {
  const { tree, problems } = readYaml(text, placeIn(path));
  if (tree === undefined || problems.length > 0) {
    throw new AgentError("config.invalid", { report: report(problems, [path]) });
  }
  if (tree.kind === "mapping") return plain(tree) as Record<string, unknown>;
  if (tree.kind === "leaf" && tree.value === null) return {};
  const found = `expected a mapping of parameters, found ${foundWords(tree)}`;
  throw new AgentError("config.invalid", {
    report: report([{ place: tree.place, path: [], text: found }], [path]),
  });
}

/** The key with its value, ready to be cut out of the text. Throws `usage.wrong` when it is not in the file. */
export function entryOf({ path, text, values }: ParameterText, key: string): Entry {
  const { contents } = parseDocument(text, { keepSourceTokens: true, uniqueKeys: false, merge: true });
  const pairs = isMap<ParsedNode, ParsedNode | null>(contents) ? contents.items : [];
  const entry = pairs.find((pair) => isScalar(pair.key) && String(pair.key.value) === key);
  if (entry !== undefined && Object.hasOwn(values, key)) return entry;
  const nearest = nearestKey(key, Object.keys(values));
  const hint = nearest === undefined ? "" : `; did you mean ${JSON.stringify(nearest)}?`;
  throw new AgentError("usage.wrong", { reason: `there is no ${JSON.stringify(key)} in ${path}${hint}` });
}

function refuseJson(path: string): void {
  if (!path.endsWith(".json")) return;
  const reason = `${path} is JSON, which has no room for comments; edit it by hand, or keep it as YAML`;
  throw new AgentError("usage.wrong", { reason });
}

function textOf(path: string): string {
  try {
    const text = configText(path, readCredentialFile(path, maxFileBytes));
    if (typeof text === "string") return text;
    throw new Error(text.text);
  } catch (error) {
    throw new AgentError("config.unreadable", { path, reason: readingReason(error), cause: error });
  }
}
