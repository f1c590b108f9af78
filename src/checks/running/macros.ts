// `$name.path$` in the command line of a program check: what stands there is put in as it is (contract opsbro §5.3).

/** Finds the value of a dotted path, from the check outwards; undefined when there is none. */
export type MacroLookUp = (path: string) => unknown;

/** `$a.b | c$` tries one after the other. What is not found is an empty text. Dollars that stand alone stay. */
export function fillMacros(line: string, lookUp: MacroLookUp): string {
  return line.replace(/\$([^$\n]{1,512})\$/g, (_whole, inner: string) => {
    for (const path of inner.split("|")) {
      const value = lookUp(path.trim());
      if (value !== undefined && value !== null) return textOf(value);
    }
    return "";
  });
}

/** A list becomes words; a mapping says nothing that a command line could use. */
function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).join(" ");
  return typeof value === "object" ? "" : String(value);
}

/** Walks plain data by its own keys only; list items by their number. */
export function atPath(data: unknown, path: string): unknown {
  let here = data;
  for (const key of path.split(".")) {
    if (typeof here !== "object" || here === null || !isOwn(here, key)) return undefined;
    here = (here as Readonly<Record<string, unknown>>)[key];
  }
  return here;
}

/** A key of the datum itself: neither of its prototype, nor the length of a list. */
export function isOwn(datum: object, key: string): boolean {
  return Object.prototype.propertyIsEnumerable.call(datum, key);
}
