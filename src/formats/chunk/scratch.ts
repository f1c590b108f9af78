// Room for numbers that are needed for a moment: a new array for each chunk would be most of the garbage of an agent.

const keptLength = 16_384;

/** A function that gives an array of this length, whose numbers are any; it is valid until the next call. */
export function createScratch(): (length: number) => Float64Array {
  let kept = new Float64Array(0);
  return (length) => {
    if (length > keptLength) return new Float64Array(length);
    if (length > kept.length) kept = new Float64Array(Math.min(2 * length, keptLength));
    return kept.subarray(0, length);
  };
}
