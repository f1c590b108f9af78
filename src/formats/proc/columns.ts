// How the kernel's tables are taken apart: columns between blanks, and counters that are digits and nothing else.

/** The words of a line; blanks and tabs in any number stand between them. */
export function columnsOf(line: string): string[] {
  const trimmed = line.trim();
  return trimmed === "" ? [] : trimmed.split(/[ \t]+/);
}

const digits = /^[0-9]{1,20}$/;

/** A number without sign, point or exponent; undefined for every other text. */
export function counterOf(text: string | undefined): number | undefined {
  return text !== undefined && digits.test(text) ? Number(text) : undefined;
}

/** All words as counters; undefined when one of them is none. */
export function countersOf(words: readonly string[]): number[] | undefined {
  const counters: number[] = [];
  for (const word of words) {
    const counter = counterOf(word);
    if (counter === undefined) return undefined;
    counters.push(counter);
  }
  return counters;
}

/** `Key: value` as most of /proc writes it; undefined where there is no colon. */
export function keyAndValue(line: string): { key: string; value: string } | undefined {
  const colon = line.indexOf(":");
  if (colon < 0) return undefined;
  return { key: line.slice(0, colon).trim(), value: line.slice(colon + 1).trim() };
}
