// Regular expressions of callers: searched in linear time, in Python's words where those differ.
import { RE2JS } from "re2js";
import { reasonOf } from "../../kernel/errors.ts";
import { refusal, shown } from "../fault.ts";

export interface Pattern {
  /** Whether it is found anywhere. */
  isIn(text: string): boolean;
  /** All that is found, replaced; `\1` and `\g<name>` stand for groups. */
  replaceIn(text: string, replacement: string): string;
}

const limit = 512;
/** States of an expression: `.{1000}` has a thousand. */
const stateLimit = 2000;
/** Characters times states that are gone through without a pause. */
const stepLimit = 5_000_000;
const resultLimit = 10_000;

/** Refuses what is too long or no expression; there is no looking ahead or back, and no reference to a group. */
export function patternOf(source: string): Pattern {
  if (source.length > limit) throw refusal(`an expression of more than ${limit} characters`);
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(source);
  } catch (thrown) {
    throw refusal(`the expression ${shown(source)} cannot be used: ${reasonOf(thrown)}`, thrown);
  }
  const states = compiled.programSize();
  if (states > stateLimit) throw refusal(`the expression ${shown(source)} is too large`);
  return {
    isIn(text) {
      if (text.length * states > stepLimit) throw tooMuch(source);
      return compiled.test(text);
    },
    replaceIn: (text, replacement) => replaced({ compiled, source, states }, text, replacement),
  };
}

interface Compiled {
  readonly compiled: RE2JS;
  readonly source: string;
  readonly states: number;
}

function replaced({ compiled, source, states }: Compiled, text: string, replacement: string): string {
  const pieces = piecesOf(replacement);
  const matcher = compiled.matcher(text);
  let result = "";
  let copied = 0;
  let steps = 0;
  while (matcher.find()) {
    // Each search may have to read all that is left.
    steps += (text.length - copied) * states;
    if (steps > stepLimit) throw tooMuch(source);
    result += text.slice(copied, matcher.start());
    for (const piece of pieces) result += typeof piece === "string" ? piece : groupOf(matcher, piece.group);
    copied = matcher.end();
    if (result.length > resultLimit) throw refusal(`a name of more than ${resultLimit} characters`);
  }
  return result + text.slice(copied);
}

function tooMuch(source: string) {
  return refusal(`the expression ${shown(source)} is too large for so long a text`);
}

/** An expression that has to fit from the beginning on, as conditions on tags do. */
export function anchoredPattern(source: string): Pattern {
  return patternOf(source.startsWith("^") ? source : `^(${source})`);
}

type Piece = string | { readonly group: number | string };

function piecesOf(replacement: string): Piece[] {
  if (replacement.length > limit) throw refusal(`a replacement of more than ${limit} characters`);
  const pieces: Piece[] = [];
  let copied = 0;
  for (const found of replacement.matchAll(/\\(?:(\d{1,2})|g<(\w+)>|([\\nt]))/g)) {
    pieces.push(replacement.slice(copied, found.index));
    const [whole, number, name, plain] = found;
    if (plain !== undefined) pieces.push({ "\\": "\\", n: "\n", t: "\t" }[plain] ?? "");
    else pieces.push({ group: name === undefined || /^\d+$/.test(name) ? Number(number ?? name) : name });
    copied = found.index + whole.length;
  }
  return [...pieces, replacement.slice(copied)];
}

function groupOf(matcher: ReturnType<RE2JS["matcher"]>, group: number | string): string {
  try {
    return matcher.group(group) ?? "";
  } catch (thrown) {
    throw refusal(`the expression has no group ${shown(String(group))}`, thrown);
  }
}
