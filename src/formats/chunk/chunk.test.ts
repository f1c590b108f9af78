import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeChunk, encodeChunk, type Points } from "./chunk.ts";
import { newStream, putPoint, written } from "./point-stream.ts";
import { readStream } from "./stream-reader.ts";

const anyDouble = fc.double({ noNaN: true, noDefaultInfinity: true });
const integer = fc.integer({ min: -(2 ** 49), max: 2 ** 49 });
const percent = fc.integer({ min: 0, max: 10_000 }).map((value) => value / 100);
/** Values as hosts give them: still for a while, then a step, a jump, or something odd. */
const value = fc.oneof(
  { weight: 4, arbitrary: percent },
  { weight: 4, arbitrary: integer },
  { weight: 2, arbitrary: fc.constantFrom(0, -0, 1, 0.1, 1e-7, 2 ** 50, -(2 ** 53), 1e300, 5e-324) },
  { weight: 2, arbitrary: anyDouble },
);
const runs = (of: fc.Arbitrary<number>) =>
  fc
    .array(fc.tuple(of, fc.integer({ min: 1, max: 90 })), { maxLength: 30 })
    .map((parts) => parts.flatMap(([one, times]) => new Array<number>(times).fill(one)));
const values = fc.oneof(
  fc.array(anyDouble),
  fc.array(percent, { maxLength: 800 }),
  fc.array(integer),
  runs(value),
  runs(percent),
);
const walk = fc
  .array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 800 })
  .map((steps) => {
    let at = 1e9;
    return steps.map((step) => {
      at += step;
      return at;
    });
  });
/** Mostly one after the other; with holes, and clocks that go back. */
const steps = fc.oneof(
  { weight: 20, arbitrary: fc.constant(1) },
  { weight: 1, arbitrary: fc.integer({ min: -800, max: 100_000 }) },
);

function slotsFor(count: number, of: readonly number[]): Float64Array {
  let slot = 0;
  return Float64Array.from({ length: count }, (_, place) => {
    slot += of[place % Math.max(1, of.length)] ?? 1;
    return slot;
  });
}

/** Bits, since -0 equals 0. */
const bitsOf = (numbers: Float64Array) => Buffer.from(numbers.buffer.slice(0)).toString("hex");

function expectSame(one: Points | undefined, other: Points): void {
  expect(one?.slots).toEqual(other.slots);
  expect(one?.columns.map(bitsOf)).toEqual(other.columns.map(bitsOf));
}

function streamed(points: readonly (readonly [number, number])[], losing = new Set<number>()): Uint8Array {
  const bytes: number[] = [];
  let state = newStream();
  points.forEach(([slot, number], place) => {
    if (losing.has(place)) state = newStream(true);
    const count = putPoint(state, slot, number);
    if (count < 0) bytes.push((bytes.pop() ?? 0) + 1);
    else bytes.push(...written.subarray(0, count));
  });
  return Uint8Array.from(bytes);
}

describe("chunks", () => {
  it("give back what was put in, bit by bit", () => {
    fc.assert(
      fc.property(fc.oneof(values, walk), fc.array(steps, { maxLength: 200 }), (numbers, gaps) => {
        const points = {
          slots: slotsFor(numbers.length, gaps),
          columns: [Float64Array.from(numbers), Float64Array.from(numbers, (number) => number / 3)],
        };
        expectSame(decodeChunk(encodeChunk(points), 2), points);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ["nothing", 0, () => 0, 1],
    ["a constant", 720, () => 7, 10],
    ["a constant that is no decimal", 720, () => Math.PI, 24],
    ["a steady climb", 720, (place: number) => 123_456_789 + 100 * place, 16],
    ["a level with one step", 720, (place: number) => (place < 300 ? 8192 : 8200), 24],
    ["percent that wander", 720, (place: number) => Math.round(5000 + 40 * Math.sin(place)) / 100, 800],
  ] as const)("hold %s in few bytes", (_, count, of, limit) => {
    const slots = slotsFor(count, [1]);
    expect(encodeChunk({ slots, columns: [slots.map((slot) => of(slot))] }).length).toBeLessThanOrEqual(
      limit,
    );
  });

  it("never throw at bytes that are none", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const points = decodeChunk(bytes);
        expect(points?.slots.length).toBe(points?.columns[0]?.length);
      }),
      { numRuns: 1000 },
    );
  });

  it("never throw at damage, and see an end that comes too early", () => {
    const slots = slotsFor(500, [1]);
    const bytes = encodeChunk({ slots, columns: [slots.map((slot) => Math.sqrt(slot))] });
    expect(decodeChunk(bytes.subarray(0, bytes.length - 9))).toBeUndefined();
    for (let place = 0; place < bytes.length; place += 1) {
      const damaged = bytes.slice();
      damaged[place] = (damaged[place] ?? 0) ^ (1 << (place % 8));
      expect(() => decodeChunk(damaged)).not.toThrow();
    }
  });
});

describe("streams", () => {
  it("give back what was put in, in its order, even where the state was lost", () => {
    fc.assert(
      fc.property(
        fc.oneof(values, walk),
        fc.array(steps, { maxLength: 200 }),
        fc.array(fc.nat(800)),
        (numbers, gaps, losses) => {
          const slots = slotsFor(numbers.length, gaps);
          const points = numbers.map((number, place) => [slots[place] ?? 0, number] as const);
          const bytes = streamed(points, new Set(losses));
          expectSame(readStream(bytes), { slots, columns: [Float64Array.from(numbers)] });
        },
      ),
      { numRuns: 300 },
    );
  });

  it.each([
    ["a constant", () => 7, 16],
    ["a counter", (place: number) => 1_000_000 + 9 * place + (place % 5), 740],
    ["percent", (place: number) => Math.round(5000 + 40 * Math.sin(place)) / 100, 1450],
  ] as const)("hold 720 points of %s in few bytes", (_, of, limit) => {
    const points = Array.from({ length: 720 }, (_value, place) => [place, of(place)] as const);
    expect(streamed(points).length).toBeLessThanOrEqual(limit);
  });

  it("never throw at bytes that are none", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const points = readStream(bytes);
        expect(points?.slots.length).toBe(points?.columns[0]?.length);
      }),
      { numRuns: 1000 },
    );
  });
});
