// Texts from outside, made fit to be shown: they are data, and command neither a terminal nor a mail server.

const longestReason = 500;

/** On one line: line ends and control characters become blanks. `limit` is in characters. */
export function oneLine(text: string, limit: number): string {
  return cut(text.replace(/[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\s]+/gu, " ").trim(), limit);
}

/** Line ends and tabs stay; other control characters go. */
export function plainText(text: string, limit: number): string {
  return cut(
    text.replace(/\r\n?|[\u2028\u2029]/g, "\n").replace(/[^\P{Cc}\n\t]|\p{Bidi_Control}/gu, ""),
    limit,
  );
}

/** Anything that was thrown or said, on one line, of bounded length and without the secrets. */
export function shownReason(thrown: unknown, secrets: readonly (string | undefined)[]): string {
  // A long secret may hold a short one.
  const known = secrets.filter((secret) => secret !== undefined && secret !== "") as string[];
  known.sort((one, other) => other.length - one.length);
  const text = known.reduce(
    (shown, secret) => shown.replaceAll(secret, "***"),
    textOf(thrown).slice(0, 10_000),
  );
  return oneLine(text, longestReason);
}

/** A name with several addresses fails with one error for each and none of its own. */
function textOf(thrown: unknown): string {
  if (thrown instanceof AggregateError && thrown.message === "") return thrown.errors.map(textOf).join("; ");
  if (!(thrown instanceof Error)) return String(thrown);
  return thrown.message === "" ? thrown.name : thrown.message;
}

/** Never between the halves of one character. */
function cut(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}
