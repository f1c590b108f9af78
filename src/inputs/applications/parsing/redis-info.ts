// The text of Redis' INFO: a field a line, with numbers as numbers and `a=1,b=2` as a level of its own.
import type { Leaf, Reading } from "../../collector.ts";

const mostFields = 2000;
const pairs = /^[\w.-]+=[^,]*(,[\w.-]+=[^,]*)*$/;
const decimal = /^-?(0|[1-9]\d*)(\.\d+)?$/;

/** Every field; headings and lines that are no fields are left out, and so is what comes after 2000 fields. */
export function parseRedisInfo(text: string): Reading {
  const fields: [string, Leaf | Reading][] = [];
  for (const line of text.split(/\r?\n/)) {
    if (fields.length >= mostFields) break;
    const [, name, value] = /^([^#:\s][^:]*):(.*)$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined && name !== "__proto__")
      fields.push([name, fieldOf(value)]);
  }
  return Object.fromEntries(fields);
}

function fieldOf(value: string): Leaf | Reading {
  if (!pairs.test(value)) return typed(value);
  const entries = value.split(",").map((pair): [string, Leaf] => {
    const at = pair.indexOf("=");
    return [pair.slice(0, at), typed(pair.slice(at + 1))];
  });
  return Object.fromEntries(entries.filter(([name]) => name !== "__proto__"));
}

/** Digits that no number is written with, such as those of an identifier, stay a text. */
function typed(value: string): number | string {
  if (!decimal.test(value)) return value;
  const number = Number(value);
  return Math.abs(number) <= Number.MAX_SAFE_INTEGER ? number : value;
}
