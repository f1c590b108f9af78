// Which files are read, in which order, and the layers in them.
import { readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { AgentError, systemCode } from "../kernel/errors.ts";
import { readRegular } from "../kernel/trusted-file.ts";
import { trusted } from "../kernel/trusted-path.ts";
import { configText, placeIn } from "./config-text.ts";
import type { Problem } from "./problem.ts";
import { readConfigFile, readingReason } from "./read-limited.ts";
import type { Mapping, Tree } from "./tree.ts";
import { type Layer, readYaml } from "./yaml-layer.ts";

const maxFileBytes = 4 * 1024 ** 2;

export interface FilesRequest {
  /** Must exist. */
  readonly file?: string | undefined;
  /** Read when it exists. */
  readonly defaultFile?: string | undefined;
  /** Relative names are taken from here. */
  readonly directory: string;
}

export interface FileLayers {
  /** Absolute, in the order in which they were read. */
  readonly files: readonly string[];
  readonly trees: readonly Tree[];
  readonly problems: readonly Problem[];
  /** False when some text was not YAML, so that what it holds is not known. */
  readonly complete: boolean;
}

/**
 * The main file and `conf.d/*.yaml` beside it. Throws `config.unreadable`, and `config.untrusted` where others could
 * change one; what is wrong inside is a problem.
 */
export function readConfigFiles({ file, defaultFile, directory }: FilesRequest): FileLayers {
  const named = file ?? defaultFile;
  if (named === undefined) return { files: [], trees: [], problems: [], complete: true };
  const main = resolve(directory, named);
  const texts = new Map<string, string | Problem>();
  const mainText = read(main, file === undefined ? "default" : "named");
  if (mainText !== undefined) texts.set(main, mainText);
  for (const path of fragments(join(dirname(main), "conf.d"))) texts.set(path, read(path, "fragment") ?? "");
  const layers = [...texts].map(([path, text]) =>
    typeof text === "string" ? layerOf(path, text) : broken(text),
  );
  return {
    files: [...texts.keys()],
    trees: layers.flatMap(({ tree }) => (tree === undefined ? [] : [tree])),
    problems: layers.flatMap(({ problems }) => problems),
    complete: layers.every(({ tree }) => tree !== undefined),
  };
}

/** Sorted by name; hidden files are an editor's. */
function fragments(directory: string): string[] {
  mustBeTrusted(directory);
  try {
    const names = readdirSync(directory).filter((name) => /^[^.].*\.ya?ml$/.test(name));
    return names.sort().map((name) => join(directory, name));
  } catch (error) {
    if (systemCode(error) === "ENOENT") return [];
    throw new AgentError("config.unreadable", {
      path: directory,
      reason: readingReason(error),
      cause: error,
    });
  }
}

/** Only what somebody named may be a pipe: one that lies in a directory would be waited for without an end. */
function read(path: string, found: "named" | "default" | "fragment"): string | Problem | undefined {
  let bytes: Buffer;
  mustBeTrusted(path);
  try {
    bytes = found === "named" ? readConfigFile(path, maxFileBytes) : readRegular(path, maxFileBytes);
  } catch (error) {
    if (found === "default" && systemCode(error) === "ENOENT") return undefined;
    throw new AgentError("config.unreadable", { path, reason: readingReason(error), cause: error });
  }
  return configText(path, bytes);
}

/** An open descriptor comes from whoever started the agent. */
function mustBeTrusted(path: string): void {
  if (/^\/dev\/(fd\/\d+|stdin)$|^\/proc\/self\/fd\/\d+$/.test(path)) return;
  const reason = trusted(path);
  if (reason !== undefined) throw new AgentError("config.untrusted", { reason });
}

function broken(problem: Problem): Layer {
  return { tree: undefined, problems: [problem] };
}

function layerOf(path: string, text: string): Layer {
  const { tree, problems } = readYaml(text, placeIn(path));
  if (tree === undefined) return { tree, problems };
  if (tree.kind === "mapping") return { tree: withoutEmptySections(tree), problems };
  if (tree.kind === "leaf" && tree.value === null) {
    return { tree: { kind: "mapping", entries: new Map(), place: tree.place }, problems };
  }
  const found = tree.kind === "list" ? "a list" : "a single value";
  const wrong = { place: tree.place, path: [], text: `expected a mapping of sections, found ${found}` };
  return { tree: undefined, problems: [...problems, wrong] };
}

/** `api:` with nothing behind it says nothing: its keys were commented out. */
function withoutEmptySections(tree: Mapping): Mapping {
  const kept = [...tree.entries].filter(
    ([, { tree: inner }]) => inner.kind !== "leaf" || inner.value !== null,
  );
  return { ...tree, entries: new Map(kept) };
}
