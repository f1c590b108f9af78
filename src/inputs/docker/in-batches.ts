// The same for each of many, some at a time, in their order.

/** Old engines take a second for each answer: so many are asked at once. */
const atOnce = 20;

/** Rejects as soon as one does, or when the signal is aborted. */
export async function inBatches<Item, Value>(
  items: readonly Item[],
  work: (item: Item) => Promise<Value>,
  signal?: AbortSignal,
): Promise<Value[]> {
  const values: Value[] = [];
  for (let start = 0; start < items.length; start += atOnce) {
    signal?.throwIfAborted();
    values.push(...(await Promise.all(items.slice(start, start + atOnce).map(work))));
  }
  return values;
}
