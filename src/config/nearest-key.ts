// "did you mean": the known word that is nearest to the one that was typed.

const maxDistance = 2;
const minPrefix = 3;

/** The nearest known word: at most two slips away, or with the same beginning; undefined when none is near. */
export function nearestKey(typed: string, known: readonly string[]): string | undefined {
  const byDistance = known
    .map((word) => ({ word, distance: distanceOf(typed, word) }))
    .filter(({ word, distance }) => distance <= Math.min(maxDistance, word.length / 2, typed.length / 2))
    .sort((a, b) => a.distance - b.distance);
  return byDistance[0]?.word ?? samePrefix(typed, known);
}

/** `; did you mean "listen"?`, or the words to choose from. */
export function suggestion(typed: string, known: readonly string[]): string {
  const nearest = nearestKey(typed, known);
  if (nearest !== undefined) return `; did you mean ${JSON.stringify(nearest)}?`;
  return known.length === 0 ? "; nothing is known here" : `; known here: ${known.join(", ")}`;
}

function samePrefix(typed: string, known: readonly string[]): string | undefined {
  const shared = known
    .map((word) => ({ word, length: commonPrefix(typed, word) }))
    .filter(({ word, length }) => length >= minPrefix && 2 * length >= Math.min(word.length, typed.length))
    .sort((a, b) => b.length - a.length);
  return shared[0]?.word;
}

function commonPrefix(a: string, b: string): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length += 1;
  return length;
}

/** Damerau-Levenshtein (optimal string alignment), given up as soon as it must exceed the limit. */
function distanceOf(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > maxDistance) return Number.POSITIVE_INFINITY;
  let older: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      next[j] = Math.min(
        at(row, j) + 1,
        at(next, j - 1) + 1,
        at(row, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1),
        swapped ? at(older, j - 2) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    older = row;
    row = next;
  }
  return at(row, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
