// Changing one parameter in a YAML file: comments, order and everything else in it stay (contract 1.6).
import { realpathSync, statSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { AgentError, reasonOf } from "../../kernel/errors.ts";
import { replaceFile } from "../../kernel/replace-file.ts";
import { placeOutside, plain } from "../tree.ts";
import { readYaml } from "../yaml-layer.ts";
import { valueText, withItem, withoutItem, withValue } from "./edit-text.ts";
import { changeMark } from "./parameter-comments.ts";
import { entryOf, type ParameterText, readParameterText, valuesOf } from "./parameter-text.ts";

export interface ParameterEdit {
  readonly operation: "set" | "add" | "remove";
  readonly key: string;
  /** As it was typed; read as YAML. An empty text is an empty text. */
  readonly value: string;
}

export interface ParameterFile {
  readonly path: string;
  /** Lists that only `add` and `remove` may change, such as the agent's groups; none in packs. */
  readonly itemwise: readonly string[];
  /** For the line at the end of the file; the local time of it is written. */
  readonly now: Date;
}

export interface ParameterChange {
  /** False when the list had the item already, or never had it: then the file was not touched. */
  readonly changed: boolean;
  /** The whole value after the change. */
  readonly value: unknown;
  /** `SET display_name → web1`. */
  readonly words: string;
}

/**
 * Replaces the file as a whole; its mode stays. Throws `usage.wrong` for a key that is not there and for an operation
 * that does not fit the value, `config.unreadable`, `config.invalid` and `file.unwritable`.
 */
export async function editParameter(file: ParameterFile, edit: ParameterEdit): Promise<ParameterChange> {
  const before = readParameterText(file.path);
  const given = typedValue(edit);
  entryOf(before, edit.key);
  refuseMisfit(before, edit, file.itemwise);
  const value = valueAfter(before.values[edit.key], edit, given);
  const words = `${edit.operation.toUpperCase()} ${oneLine(edit.key)} → ${valueText(given)}`;
  if (edit.operation !== "set" && isDeepStrictEqual(value, before.values[edit.key] ?? [])) {
    return { changed: false, value, words };
  }
  const edited = editedText(before, edit, given);
  const lineBreak = edited.endsWith("\n") ? "" : "\n";
  const text = `${edited}${lineBreak}${changeMark}${localTime(file.now)}) ${words}\n`;
  refuseDamage(before, { key: edit.key, value, text });
  await write(file.path, text);
  return { changed: true, value, words };
}

function typedValue({ key, value }: ParameterEdit): unknown {
  const { tree, problems } = readYaml(value, (line, column) => ({
    ...placeOutside("the value", ""),
    line,
    column,
  }));
  const [problem] = problems;
  const flat = tree !== undefined && tree.kind !== "mapping";
  if (flat && problem === undefined) return value.trim() === "" ? "" : plain(tree);
  const why = problem?.text ?? "a parameter is one value or a list; put a text that holds a colon in quotes";
  throw new AgentError("usage.wrong", { reason: `the value of ${key} cannot be used: ${why}` });
}

/** Lists are changed by their items where the caller says so; single values are never. */
function refuseMisfit({ values }: ParameterText, edit: ParameterEdit, itemwise: readonly string[]): void {
  const { operation, key } = edit;
  const isList = Array.isArray(values[key]) || (values[key] === null && itemwise.includes(key));
  const reason =
    operation === "set"
      ? itemwise.includes(key) && `${key} is a list; use add and remove`
      : !isList && `${key} is not a list; use set`;
  if (reason !== false) throw new AgentError("usage.wrong", { reason });
}

function valueAfter(before: unknown, { operation }: ParameterEdit, given: unknown): unknown {
  if (operation === "set") return given;
  const items: unknown[] = Array.isArray(before) ? before : [];
  const isGiven = (item: unknown) => isDeepStrictEqual(item, given);
  if (operation === "remove") return items.filter((item) => !isGiven(item));
  return items.some(isGiven) ? items : [...items, given];
}

function editedText(before: ParameterText, { operation, key }: ParameterEdit, given: unknown): string {
  const entry = entryOf(before, key);
  const made = {
    set: () => withValue(before.text, entry, given),
    add: () => withItem(before.text, entry, given),
    remove: () => withoutAll(before, key, given),
  }[operation]();
  if (made !== undefined) return made;
  throw notEditable(before.path, key);
}

/** An item that stands there several times goes everywhere. */
function withoutAll({ path, text, values }: ParameterText, key: string, given: unknown): string | undefined {
  const list = values[key];
  const at = Array.isArray(list) ? list.findLastIndex((item) => isDeepStrictEqual(item, given)) : -1;
  if (at === -1) return text;
  const less = withoutItem(text, entryOf({ path, text, values }, key), at);
  return less && withoutAll({ path, text: less, values: valuesOf(path, less) }, key, given);
}

/** What was written must read back as exactly this change; otherwise the file stays as it is. */
function refuseDamage(
  { path, values }: ParameterText,
  { key, value, text }: { key: string; value: unknown; text: string },
): void {
  if (!isDeepStrictEqual(readBack(path, text), { ...values, [key]: value })) throw notEditable(path, key);
}

function readBack(path: string, text: string): unknown {
  try {
    return valuesOf(path, text);
  } catch {
    return undefined;
  }
}

function notEditable(path: string, key: string): AgentError {
  const reason = `what stands at ${key} in ${path} is written in a way that can only be edited by hand`;
  return new AgentError("usage.wrong", { reason });
}

/** A link stays a link: what it leads to is replaced. */
async function write(path: string, text: string): Promise<void> {
  try {
    const real = realpathSync(path);
    await replaceFile(real, text, statSync(real).mode & 0o7777);
  } catch (error) {
    throw new AgentError("file.unwritable", { path, reason: reasonOf(error), cause: error });
  }
}

function oneLine(text: string): string {
  return /\p{Cc}/u.test(text) ? JSON.stringify(text) : text;
}

/** `2026-01-31 23:59:59` */
function localTime(at: Date): string {
  const two = (part: number) => String(part).padStart(2, "0");
  const date = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join("-");
  return `${date} ${[at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(":")}`;
}
