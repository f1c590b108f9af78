// Names that functions make: never so long that making them is a burden.
import { refusal } from "../fault.ts";

/** Characters of a name. */
const nameLimit = 10_000;

/** The name; refuses one that is too long. */
export function checkedName(name: string): string {
  if (name.length > nameLimit) throw refusal(`a name of more than ${nameLimit} characters`);
  return name;
}

/** A text with another one for each `%`; refuses before it is made what would be longer than `limit`. */
export function withPercent(template: string, text: string, limit = nameLimit): string {
  const pieces = template.split("%");
  if (template.length + (pieces.length - 1) * (text.length - 1) > limit) {
    throw refusal(`a text of more than ${limit} characters would stand for ${JSON.stringify("%")}`);
  }
  return pieces.join(text);
}

/** Parts with something between them; refuses before it is made what would be too long. */
export function joinedName(parts: readonly string[], between: string): string {
  let length = 0;
  for (const part of parts) length += part.length + between.length;
  if (length - between.length > nameLimit) throw refusal(`a name of more than ${nameLimit} characters`);
  return parts.join(between);
}

/** The names of many series with commas between them; only as many as there is room for, and then `…`. */
export function listedNames(names: readonly string[]): string {
  const shown: string[] = [];
  let left = nameLimit / 2;
  for (const name of names) {
    left -= name.length + 1;
    if (left < 0 && shown.length > 0) return `${shown.join(",")},…`;
    shown.push(name);
  }
  return shown.join(",");
}
