// Metrics that nobody can keep, by a reason for people: what is told to those who sent them.

/** How many metrics, by why; empty when there are none. */
export type Refused = ReadonlyMap<string, number>;

export const noneRefused: Refused = new Map();

/** The sums of both. */
export function togetherRefused(one: Refused, other: Refused): Refused {
  if (one.size === 0) return other;
  const sums = new Map(one);
  for (const [why, count] of other) sums.set(why, (sums.get(why) ?? 0) + count);
  return sums;
}

export function refusedCount(refused: Refused): number {
  let sum = 0;
  for (const count of refused.values()) sum += count;
  return sum;
}

/** Reasons and counts in a line: `a time more than an hour ahead: 2, a value that is no number: 1`. */
export function refusedText(refused: Refused): string {
  return [...refused].map(([why, count]) => `${why}: ${count}`).join(", ");
}
