// Frames are found whatever pieces they come in; commands are as the protocol has them.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isTopic, multiplePublishCommand, NsqFrameReader, publishCommand } from "./nsq-frame.ts";

function frame(type: number, data: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeInt32BE(data.length + 4, 0);
  head.writeInt32BE(type, 4);
  return Buffer.concat([head, data]);
}

describe("frames", () => {
  it("are found in pieces of any size", () => {
    const frames = fc.array(fc.tuple(fc.nat(2), fc.uint8Array({ maxLength: 30 })), { maxLength: 6 });
    fc.assert(
      fc.property(frames, fc.integer({ min: 1, max: 20 }), (sent, size) => {
        const bytes = Buffer.concat(sent.map(([type, data]) => frame(type, Buffer.from(data))));
        const reader = new NsqFrameReader(1000);
        const found: [number, string][] = [];
        for (let at = 0; at < bytes.length; at += size)
          for (const { type, data } of reader.push(bytes.subarray(at, at + size)) ?? [])
            found.push([type, data.toString("hex")]);
        expect(found).toEqual(sent.map(([type, data]) => [type, Buffer.from(data).toString("hex")]));
      }),
    );
  });

  it.each([
    ["too large", [0, 0, 4, 0]],
    ["too small", [0, 0, 0, 3]],
    ["negative", [255, 255, 255, 255]],
    ["HTTP", [...Buffer.from("HTTP/1.1 400")]],
  ])("that are none are told: %s", (_, bytes) => {
    expect(new NsqFrameReader(1000).push(Buffer.from(bytes))).toBeUndefined();
  });
});

it("commands carry sizes before what they count", () => {
  expect(publishCommand("t", Buffer.from("ab")).toString("latin1")).toBe("PUB t\n\0\0\0\x02ab");
  expect(multiplePublishCommand("t", [Buffer.from("ab"), Buffer.from("c")]).toString("latin1")).toBe(
    "MPUB t\n\0\0\0\x0f\0\0\0\x02\0\0\0\x02ab\0\0\0\x01c",
  );
});

it.each([
  ["collect.a-b_C", true],
  ["t#ephemeral", true],
  ["x".repeat(64), true],
  ["x".repeat(65), false],
  ["", false],
  ["#ephemeral", false],
  ["a/b", false],
  ["a b", false],
])("%j is a topic: %s", (text, expected) => {
  expect(isTopic(text)).toBe(expected);
});
