// The room that bodies share: bounds hold, nobody waits for ever, and every body gives back what it took.
import { expect, it } from "vitest";
import { type BodyPlace, BodyRoom } from "./body-room.ts";

const limits = { freeBytes: 10, sourceBytes: 100, totalBytes: 250 };

it("bodies up to the free size need no leave, however many", () => {
  const room = new BodyRoom(limits);
  for (let count = 0; count < 1000; count += 1) expect(room.enter("a").grow(10)).toBeUndefined();
  expect(room.bytes).toBe(0);
});

it("the first large body of a source may take any room, others its share", async () => {
  const room = new BodyRoom(limits);
  const [first, second] = [room.enter("a"), room.enter("a")];
  expect(first.grow(1000)).toBeUndefined();
  const waiting = second.grow(11);
  expect(waiting).toBeInstanceOf(Promise);
  first.leave();
  await waiting;
  expect(second.grow(11)).toBeUndefined();
  expect(room.bytes).toBe(11);
  second.leave();
  expect(room.bytes).toBe(0);
});

it("one source does not take the share of another", () => {
  const room = new BodyRoom(limits);
  expect(room.enter("a").grow(60)).toBeUndefined();
  expect(room.enter("a").grow(40)).toBeUndefined();
  expect(room.enter("a").grow(11)).toBeInstanceOf(Promise);
  expect(room.enter("b").grow(90)).toBeUndefined();
  expect(room.enter("b").grow(11)).toBeInstanceOf(Promise);
  expect(room.enter("c").grow(60)).toBeUndefined();
  expect(room.enter("d").grow(11)).toBeInstanceOf(Promise);
});

it("a body that leaves without ever being large wakes nobody and takes nothing", async () => {
  const room = new BodyRoom(limits);
  const [first, second, small] = [room.enter("a"), room.enter("a"), room.enter("a")];
  void first.grow(500);
  let isAwake = false;
  void second.grow(50)?.then(() => {
    isAwake = true;
  });
  void small.grow(5);
  small.leave();
  await new Promise(setImmediate);
  expect(isAwake).toBe(false);
  first.leave();
  first.leave();
  await new Promise(setImmediate);
  expect(isAwake).toBe(true);
});

/** Numbers in [0, 1) that are the same for the same seed. */
function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

async function body(
  place: BodyPlace,
  size: number,
  { next, look }: { next: () => number; look: () => void },
) {
  for (let bytes = 0; bytes < size; ) {
    bytes = Math.min(size, bytes + 1 + Math.floor(next() * 40));
    for (let room = place.grow(bytes); room !== undefined; room = place.grow(bytes)) await room;
    look();
    if (next() < 0.3) await new Promise(setImmediate);
    if (next() < 0.01) break;
  }
  await new Promise(setImmediate);
  place.leave();
}

it.each(Array.from({ length: 20 }, (_, seed) => seed + 1))("all come to their end, seed %d", async (seed) => {
  const room = new BodyRoom(limits);
  const next = numbersFrom(seed);
  let largest = 0;
  const sizes = Array.from({ length: 60 }, () => Math.floor(next() * 200));
  const look = () => {
    largest = Math.max(largest, room.bytes);
  };
  await Promise.all(
    sizes.map((size) => body(room.enter(`s${Math.floor(next() * 5)}`), size, { next, look })),
  );
  expect(room.bytes).toBe(0);
  // All together, and beside them the large body that came first.
  expect(largest).toBeLessThanOrEqual(limits.totalBytes + Math.max(...sizes));
  expect(largest).toBeGreaterThan(limits.sourceBytes);
});
