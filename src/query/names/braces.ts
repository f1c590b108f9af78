// `{a,b}` in names: all the texts that it stands for.
import { refusal, shown } from "../fault.ts";

const limit = 10_000;
/** Characters of a pattern. */
const patternLimit = 100_000;
/** Characters of all together. */
const lengthLimit = 20_000_000;

/** Every text once; braces may stand within braces. Refuses what stands for more than 10,000. */
export function expandBraces(pattern: string): string[] {
  if (!pattern.includes("{")) return [pattern];
  if (pattern.length > patternLimit)
    throw refusal(`${shown(pattern)} has more than ${patternLimit} characters`);
  const reader = { pattern, at: 0, depth: 0 };
  return [...new Set(sequence(reader))];
}

interface Reader {
  readonly pattern: string;
  at: number;
  depth: number;
}

/** Up to the comma or brace that ends an alternative. A closing brace that nothing opened stands for itself. */
function sequence(reader: Reader): string[] {
  let texts = [""];
  // What stands behind all texts alike is added to them only when there is something else to add, or nothing more.
  let plain = "";
  for (;;) {
    const start = reader.at;
    while (reader.at < reader.pattern.length && !ends(reader)) reader.at += 1;
    plain += reader.pattern.slice(start, reader.at);
    if (reader.pattern[reader.at] !== "{") return withEnd(texts, plain);
    const options = alternatives(reader);
    const [only = ""] = options;
    if (options.length === 1) {
      plain += only;
      continue;
    }
    const count = texts.length * options.length;
    if (count > limit || count * reader.pattern.length > lengthLimit) {
      throw refusal(`${shown(reader.pattern)} stands for more than ${limit} names`);
    }
    const before = plain;
    texts = texts.flatMap((text) => options.map((option) => text + before + option));
    plain = "";
  }
}

function withEnd(texts: readonly string[], end: string): string[] {
  return texts.map((text) => text + end);
}

function ends({ pattern, at, depth }: Reader): boolean {
  const character = pattern[at];
  return character === "{" || (depth > 0 && (character === "," || character === "}"));
}

function alternatives(reader: Reader): string[] {
  if (reader.depth >= 64) throw refusal(`${shown(reader.pattern)} has more than 64 braces inside each other`);
  const found: string[] = [];
  reader.depth += 1;
  do {
    reader.at += 1;
    for (const text of sequence(reader)) found.push(text);
    if (found.length > limit) throw refusal(`${shown(reader.pattern)} stands for more than ${limit} names`);
  } while (reader.pattern[reader.at] === ",");
  reader.at += 1;
  reader.depth -= 1;
  return [...new Set(found)];
}
