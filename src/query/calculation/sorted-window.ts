// The values of a window in order, kept so while it moves: a median at each place without sorting anew.

export interface SortedWindow {
  /** Values that are there. */
  count(): number;
  /** NaN when no value is there. */
  median(): number;
  /** One value goes and one comes; NaN is none. */
  move(leaving: number, entering: number): void;
}

export function createSortedWindow(values: Float64Array): SortedWindow {
  const sorted = new Float64Array(values.length + 1);
  let count = 0;
  /** The first place whose value is not below this one. */
  const placeOf = (value: number) => {
    let low = 0;
    let high = count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sorted[middle] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  for (const value of values.filter((one) => !Number.isNaN(one)).sort()) {
    sorted[count] = value;
    count += 1;
  }
  return {
    count: () => count,
    median() {
      const middle = count >> 1;
      if (count === 0) return Number.NaN;
      const upper = sorted[middle] ?? Number.NaN;
      return count % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
    },
    move(leaving, entering) {
      if (!Number.isNaN(leaving)) {
        const place = placeOf(leaving);
        sorted.copyWithin(place, place + 1, count);
        count -= 1;
      }
      if (!Number.isNaN(entering)) {
        const place = placeOf(entering);
        sorted.copyWithin(place + 1, place, count);
        sorted[place] = entering;
        count += 1;
      }
    },
  };
}
