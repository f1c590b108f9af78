// Taking signs from the end of a text, in one pass: a pattern that ends with `+$` begins anew at each of them.

/** The text without those of the given signs that it ends with. */
export function trimEndOf(text: string, signs: string): string {
  let end = text.length;
  while (end > 0 && signs.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}
