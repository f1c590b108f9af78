import fc from "fast-check";
import { expect, it } from "vitest";
import { type Batch, origins } from "../../metric/metric.ts";
import { emptyTexts, type StoredBatch, WrittenTexts } from "./block.ts";
import { decodeFrame, encodeFrame, frameAt, nextFrame } from "./frame.ts";
import { origin, parsePositionToken, positionToken } from "./position.ts";

const text = fc.string({ minLength: 1, maxLength: 40, unit: "binary" });
const timeMs = fc.integer({ min: -(2 ** 41), max: 2 ** 43 });
const metric = fc.record({
  name: text,
  tags: fc.dictionary(text, text, { maxKeys: 3, noNullPrototype: true }),
  value: fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer(), fc.constant(-0)),
  timestampMs: timeMs,
});
const batch: fc.Arbitrary<StoredBatch> = fc.record({
  origin: fc.constantFrom(...origins),
  host: fc.string(),
  timestampMs: timeMs,
  arrivedMs: timeMs,
  metrics: fc.array(metric, { maxLength: 20 }),
});

function frameOf(batches: readonly StoredBatch[], texts = new WrittenTexts()): Buffer {
  return encodeFrame(batches, { first: origin, records: 1 }, texts);
}

it("gives back every batch bit by bit, over any number of frames", () => {
  fc.assert(
    fc.property(fc.array(fc.array(batch, { minLength: 1, maxLength: 5 }), { maxLength: 5 }), (groups) => {
      const [written, read] = [new WrittenTexts(), emptyTexts()];
      const bytes = Buffer.concat(groups.map((group) => frameOf(group, written)));
      let place = 0;
      const back = groups.map(() => {
        const frame = frameAt(bytes, place);
        if (frame === undefined) throw new Error("no frame");
        place += frame.sizeBytes;
        return decodeFrame(frame, read);
      });
      expect(place).toBe(bytes.length);
      expect(back).toEqual(groups);
    }),
  );
});

const small: Batch = { origin: "append", host: "h", timestampMs: 1, metrics: [] };

it("notices any changed byte, and finds the next frame behind it", () => {
  const one = frameOf([{ ...small, arrivedMs: 5 }]);
  const other = frameOf([{ ...small, host: "other", arrivedMs: 6 }]);
  fc.assert(
    fc.property(fc.nat({ max: one.length - 1 }), fc.integer({ min: 1, max: 255 }), (place, change) => {
      const bytes = Buffer.concat([one, other]);
      bytes[place] = (bytes[place] ?? 0) ^ change;
      expect(frameAt(bytes, 0)).toBeUndefined();
      expect(nextFrame(bytes, 0)?.place).toBe(one.length);
    }),
  );
});

it("never throws over random bytes that look like a frame", () => {
  const head = frameOf([{ ...small, arrivedMs: 5 }]);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
      const bytes = Buffer.concat([head.subarray(0, 30), noise]);
      expect(nextFrame(bytes, 0)).toBeUndefined();
    }),
  );
});

it("refuses a frame whose names were in a frame that is lost", () => {
  const texts = new WrittenTexts();
  const named = (name: string) => ({
    ...small,
    arrivedMs: 5,
    metrics: [{ name, tags: {}, value: 1, timestampMs: 1 }],
  });
  frameOf([named("lost")], texts);
  const frame = frameAt(frameOf([named("lost")], texts), 0);
  expect(() => frame && decodeFrame(frame, emptyTexts())).toThrow("not there");
});

it("writes places as tokens, and reads nothing else", () => {
  const place = { batch: 12, record: 3, metric: 456 };
  expect(parsePositionToken(positionToken(place))).toEqual(place);
  for (const wrong of ["", "1.2", "1.2.3.4", "-1.2.3", "1.2.x", "1.2.9999999999999999"])
    expect(parsePositionToken(wrong)).toBeUndefined();
});
