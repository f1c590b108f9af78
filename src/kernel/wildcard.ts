// Patterns with `*` and `?` over texts: no regular expression, so that no pattern takes longer than pattern × text.

/** True for texts that any of the patterns fits as a whole. `*` stands for any characters, `?` for one. */
export function wildcards(patterns: readonly string[]): (text: string) => boolean {
  const plain = new Set(patterns.filter((pattern) => !/[*?]/.test(pattern)));
  const wild = patterns.filter((pattern) => /[*?]/.test(pattern));
  if (wild.includes("*")) return () => true;
  return (text) => plain.has(text) || wild.some((pattern) => fits(pattern, text));
}

/** Goes back to the last `*` only: what an earlier one took need never be looked at again. */
function fits(pattern: string, text: string): boolean {
  let at = 0;
  let place = 0;
  let star = -1;
  let resumed = 0;
  while (place < text.length) {
    const sign = pattern[at];
    if (sign === "*") {
      star = at;
      resumed = place;
      at += 1;
    } else if (sign !== undefined && (sign === "?" || sign === text[place])) {
      at += 1;
      place += 1;
    } else if (star >= 0) {
      resumed += 1;
      place = resumed;
      at = star + 1;
    } else return false;
  }
  while (pattern[at] === "*") at += 1;
  return at === pattern.length;
}
