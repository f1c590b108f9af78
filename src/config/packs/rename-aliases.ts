// Older names of keys, put under the name that a schema knows (contract 1.5).
import type { Problem } from "../problem.ts";
import { type Entry, type Mapping, placeText } from "../tree.ts";
import type { Written } from "./written.ts";

export type Aliases = Readonly<Record<string, string>>;

/** Values keep their places. A key given under both names is a warning, and the current name wins. */
export function renameAliases(
  { label, path, body }: Written,
  aliases: Aliases,
): { body: Mapping; problems: readonly Problem[] } {
  const entries = new Map<string, Entry>();
  const problems: Problem[] = [];
  for (const [key, entry] of body.entries) {
    const name = Object.hasOwn(aliases, key) ? (aliases[key] ?? key) : key;
    const other = key === name ? undefined : (body.entries.get(name) ?? entries.get(name));
    if (other === undefined) {
      entries.set(name, entry);
      continue;
    }
    const text = `is another name of ${JSON.stringify(name)}, which stands at ${placeText(other.keyPlace)}`;
    problems.push({
      place: entry.keyPlace,
      path: [...path, key],
      text,
      severity: "warning",
      about: label || undefined,
    });
  }
  return { body: { ...body, entries }, problems };
}
