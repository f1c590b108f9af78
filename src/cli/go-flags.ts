// Command lines as Go's flag package reads them (contract happo §1.1): one dash or two, `-x V` or `-x=V`.
import type { CommandOption, OptionValue, OptionValues } from "./command.ts";
import { parseGoBoolean, parseGoInteger } from "./go-values.ts";

export type GoFlags =
  | { readonly kind: "read"; readonly given: OptionValues; readonly words: readonly string[] }
  | { readonly kind: "help" }
  | { readonly kind: "wrong"; readonly reason: string };

/** Reading stops at the first word that is no flag, and after `--`. Of a repeated flag the last one counts. */
export function parseGoFlags(options: readonly CommandOption[], args: readonly string[]): GoFlags {
  const given: Record<string, OptionValue> = {};
  let next = 0;
  while (next < args.length) {
    const word = args[next] ?? "";
    if (word === "--") return { kind: "read", given, words: args.slice(next + 1) };
    if (word.length < 2 || !word.startsWith("-")) break;
    const flag = readFlag(options, word, args[next + 1]);
    if (flag.kind !== "flag") return flag;
    const before = given[flag.name];
    given[flag.name] =
      flag.list && typeof before === "object" ? [...before, ...listed(flag.value)] : flag.value;
    next += flag.taken;
  }
  return { kind: "read", given, words: args.slice(next) };
}

interface Flag {
  readonly kind: "flag";
  readonly name: string;
  readonly value: OptionValue;
  readonly list: boolean;
  /** Words used up: 1, or 2 when the value was a word of its own. */
  readonly taken: 1 | 2;
}

type Reading = Flag | Exclude<GoFlags, { kind: "read" }>;

function readFlag(options: readonly CommandOption[], word: string, following: string | undefined): Reading {
  const [, name, attached] = /^--?([^-=][^=]*)(?:=(.*))?$/s.exec(word) ?? [];
  if (name === undefined) return wrong(`bad flag syntax: ${word}`);
  const option = options.find((one) => [one.name, one.short, one.older].includes(name));
  if (option === undefined)
    return name === "help" || name === "h"
      ? { kind: "help" }
      : wrong(`flag provided but not defined: -${name}`);
  const text = attached ?? (option.kind === "boolean" ? "true" : following);
  if (text === undefined) return wrong(`flag needs an argument: -${name}`);
  const value = readValue(option, text);
  if (value === undefined)
    return wrong(`invalid value "${text}" for flag -${name}: not ${article[option.kind]}`);
  const taken = attached === undefined && option.kind !== "boolean" ? 2 : 1;
  return { kind: "flag", name: option.name, value, list: option.kind === "list", taken };
}

const article = { integer: "an integer", boolean: "a boolean", text: "a text", list: "a list" } as const;

/** In a flag, unlike in the environment, the value of a list is one entry and is not split. */
function readValue({ kind }: CommandOption, text: string): OptionValue | undefined {
  if (kind === "integer") return parseGoInteger(text)?.toString();
  if (kind === "boolean") return parseGoBoolean(text);
  return kind === "list" ? [text] : text;
}

function listed(value: OptionValue): readonly string[] {
  return typeof value === "object" ? value : [];
}

function wrong(reason: string): { kind: "wrong"; reason: string } {
  return { kind: "wrong", reason };
}
