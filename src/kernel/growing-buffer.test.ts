// Pieces become one run of bytes, whatever their sizes, and memory stays near what they take.
import fc from "fast-check";
import { expect, it } from "vitest";
import { GrowingBuffer } from "./growing-buffer.ts";

it("holds what was appended, in its order", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 3000 }), { maxLength: 20 }), (pieces) => {
      const buffer = new GrowingBuffer();
      for (const piece of pieces) buffer.append(piece);
      const whole = Buffer.concat(pieces);
      expect(buffer.length).toBe(whole.length);
      expect(buffer.view.equals(whole)).toBe(true);
      expect(buffer.capacity).toBeLessThanOrEqual(Math.max(1024, 2 * whole.length));
      buffer.clear();
      expect(buffer.view).toHaveLength(0);
      buffer.append(Buffer.from("again"));
      expect(buffer.view.toString()).toBe("again");
    }),
  );
});

it("takes no memory before the first piece", () => {
  expect(new GrowingBuffer().capacity).toBe(0);
});

it("grows a few times for very many single bytes", () => {
  const buffer = new GrowingBuffer();
  const capacities = new Set<number>();
  for (let count = 0; count < 100_000; count += 1) {
    buffer.append(Uint8Array.of(count % 256));
    capacities.add(buffer.capacity);
  }
  expect(capacities.size).toBeLessThan(10);
  expect(buffer.view[99_999]).toBe(99_999 % 256);
});

it("is cleared to nothing where it was large, and kept where it is small", () => {
  const buffer = new GrowingBuffer();
  buffer.append(Buffer.alloc(16 * 1024));
  buffer.clear();
  expect(buffer.capacity).toBe(16 * 1024);
  buffer.append(Buffer.alloc(16 * 1024 + 1));
  buffer.clear();
  expect(buffer.capacity).toBe(0);
});
