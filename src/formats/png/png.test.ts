import { inflateSync } from "node:zlib";
import { expect, it } from "vitest";
import { pngOf } from "./png.ts";

it("holds each pixel as it was given", async () => {
  const pixels = Uint8Array.from({ length: 3 * 2 * 3 }, (_, place) => place * 7);
  const file = await pngOf({ width: 3, height: 2, pixels });
  expect(file.subarray(0, 8)).toEqual(Buffer.from("\x89PNG\r\n\x1a\n", "latin1"));
  expect([file.readUInt32BE(16), file.readUInt32BE(20), ...file.subarray(24, 29)]).toEqual([
    3, 2, 8, 2, 0, 0, 0,
  ]);
  const at = file.indexOf("IDAT");
  const rows = inflateSync(file.subarray(at + 4, at + 4 + file.readUInt32BE(at - 4)));
  expect([...rows]).toEqual([0, ...pixels.subarray(0, 9), 0, ...pixels.subarray(9)]);
  // The end of each file: no data, and the check that the specification prints.
  expect(file.subarray(-12).toString("hex")).toBe("0000000049454e44ae426082");
});
