// What the engine tells of a container or image, for people: lower-case keys, and without what may be secret.

/** Deeper than any engine nests, and far from the end of the stack. */
const deepest = 24;
const secret = /pass(word|wd|phrase)?|secret|token|credential|auth(?!ors?$)|(api|private|access).?key/i;

/**
 * Keys in lower case at every level. Left out: `Env`, and texts whose keys (labels, options of a log driver) look like
 * those of a secret. Command lines stay: what is secret does not belong there.
 */
export function shownJson(value: unknown, depth = 0): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (depth >= deepest) return null;
  if (Array.isArray(value)) return value.map((one: unknown) => shownJson(one, depth + 1));
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, below]) => !isWithheld(key, below))
      .map(([key, below]: [string, unknown]) => [key.toLowerCase(), shownJson(below, depth + 1)]),
  );
}

function isWithheld(key: string, value: unknown): boolean {
  return key.toLowerCase() === "env" || (typeof value === "string" && secret.test(key));
}
