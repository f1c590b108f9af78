import { expect, it } from "vitest";
import { AppendQueue, type Entry, entryOf } from "./append-queue.ts";

const entry = (cost: number): Entry => ({ batches: [], metrics: cost - 1, cost });

function queueOf(...costs: readonly number[]): AppendQueue {
  const queue = new AppendQueue();
  for (const cost of costs) queue.add(entry(cost));
  return queue;
}

const costs = (entries: readonly Entry[]) => entries.map(({ cost }) => cost);

it("gives entries in order, as many as one commit takes, and a larger one alone", () => {
  const queue = queueOf(10_000, 9999, 1, 1, 30_000, 20_000);
  expect(queue.metrics).toBe(69_995);
  expect(costs(queue.take())).toEqual([10_000, 9999, 1]);
  expect(costs(queue.take())).toEqual([1]);
  expect(costs(queue.take())).toEqual([30_000]);
  expect([queue.isEmpty, queue.metrics]).toEqual([false, 19_999]);
  expect(costs(queue.take())).toEqual([20_000]);
  expect([queue.isEmpty, queue.metrics, queue.isWorthACommit]).toEqual([true, 0, false]);
  expect(queue.take()).toEqual([]);
});

it("says from when on a commit is worth it, and from when on there is a crowd", () => {
  expect([queueOf(19_999).isWorthACommit, queueOf(19_999, 1).isWorthACommit]).toEqual([false, true]);
  expect([queueOf(99_999).isCrowded, queueOf(99_999, 1).isCrowded]).toEqual([false, true]);
});

it("refuses what is more than may wait, but takes a large one when it is the only one", () => {
  expect(queueOf().refusal(entry(1_000_000))).toBeUndefined();
  expect(queueOf(100_000).refusal(entry(100_000))).toBeUndefined();
  expect(queueOf(100_000).refusal(entry(100_001))).toBe("99999 metrics wait for the disk");
  const queue = queueOf(200_000);
  expect(queue.refusal(entry(1))).toBeDefined();
  queue.take();
  expect(queue.refusal(entry(1))).toBeUndefined();
});

it("counts a batch without metrics as something, and notes when each came", () => {
  const metrics = [{ name: "a", tags: {}, value: 1, timestampMs: 5 }];
  const batch = { origin: "append", host: "h", timestampMs: 5, metrics } as const;
  expect(entryOf([batch, { ...batch, metrics: [] }], 7)).toEqual({
    batches: [
      { ...batch, arrivedMs: 7 },
      { ...batch, metrics: [], arrivedMs: 7 },
    ],
    metrics: 1,
    cost: 3,
  });
});
