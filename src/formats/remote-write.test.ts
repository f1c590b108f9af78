// The protobuf message, read back by a reader that knows only wire types.
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { encodeLabels, encodeWriteRequest } from "./remote-write.ts";

type Field = readonly [number: number, value: Buffer | bigint];

function fieldsIn(bytes: Buffer): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at] ?? 0;
      at += 1;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const key = Number(varint());
    const wireType = key & 7;
    if (wireType === 0) {
      fields.push([key >> 3, varint()]);
      continue;
    }
    const size = wireType === 1 ? 8 : Number(varint());
    fields.push([key >> 3, bytes.subarray(at, at + size)]);
    at += size;
  }
  return fields;
}

const inner = (field: Field | undefined) => fieldsIn(field?.[1] as Buffer);

it("is read back with every label, value and time", () => {
  const label = fc.tuple(
    fc.string({ minLength: 1 }),
    fc.string({ minLength: 1, unit: "grapheme", maxLength: 200 }),
  );
  const sample = fc.record({
    timestampMs: fc.integer({ min: -(2 ** 51), max: 2 ** 51 }),
    value: fc.double({ noNaN: true }),
  });
  const series = fc.record({
    labels: fc.array(label, { maxLength: 5 }),
    samples: fc.array(sample, { maxLength: 5 }),
  });
  fc.assert(
    fc.property(fc.array(series, { maxLength: 5 }), (given) => {
      const bytes = encodeWriteRequest(
        given.map(({ labels, samples }) => ({ labels: encodeLabels(labels), samples })),
      );
      const read = fieldsIn(bytes).map((field) => {
        const parts = inner(field);
        return {
          labels: parts
            .filter(([number]) => number === 1)
            .map((part) => inner(part).map(([, text]) => text.toString())),
          samples: parts
            .filter(([number]) => number === 2)
            .map(inner)
            .map(([value, time]) => ({
              timestampMs: Number(BigInt.asIntN(64, BigInt(String(time?.[1])))),
              value: Buffer.from(value?.[1] as Buffer).readDoubleLE(),
            })),
        };
      });
      expect(read).toEqual(given);
    }),
  );
});
