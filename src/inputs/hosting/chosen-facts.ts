// Picking facts out of what a service answered: only what is asked for, only texts, nothing endless.

const longestText = 1000;
const longestList = 100;

/** A text, or a number as one: an id is no measured value. Undefined for anything else. */
export function textIn(value: unknown): string | undefined {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return typeof value === "string" && value !== "" ? value.slice(0, longestText) : undefined;
}

/** The texts of a list; none for anything else. */
export function textsIn(value: unknown): readonly string[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, longestList).flatMap((item) => textIn(item) ?? []);
}

/** What stands at the end of a path of keys and places. */
export function factAt(value: unknown, ...path: readonly string[]): unknown {
  let found = value;
  for (const key of path) {
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, key)) return undefined;
    found = (found as Readonly<Record<string, unknown>>)[key];
  }
  return found;
}

/** The texts of those names that an object has. */
export function textsOf(value: unknown, names: readonly string[]): Record<string, string> {
  const texts = names.map((name) => [name, textIn(factAt(value, name))] as const);
  return Object.fromEntries(texts.filter((entry): entry is [string, string] => entry[1] !== undefined));
}
