import { expect, it } from "vitest";
import type { Parcel } from "../../output.ts";
import { createPacking } from "./packing.ts";

const pack = createPacking({ subject: "m.{host}", format: "json" });
const parcelOf = (...names: string[]): Parcel => ({
  id: `mark-10-${names.length}`,
  origin: "push",
  host: "h",
  timestampMs: 1,
  metrics: names.map((name) => ({ name, tags: {}, value: 1, timestampMs: 1 })),
});
const lineBytes = Buffer.byteLength(pack([parcelOf("a")], 1e6).messages[0]?.payload ?? "");
const packed = (parcel: Parcel, limitBytes: number) => {
  const { messages, refused } = pack([parcel], limitBytes);
  const shown = messages.map(({ id, payload }) => {
    const lines = payload.toString().trimEnd().split("\n");
    return [id, lines.map((line) => (JSON.parse(line) as { name: string }).name).join("")];
  });
  return { messages: shown, refused };
};

it("says in the id which metrics a message has, whatever the server's limit is", () => {
  const parcel = parcelOf("a", "b", "c", "d", "e");
  expect(packed(parcel, 1e6).messages).toEqual([["mark-10-5", "abcde"]]);
  expect(packed(parcel, 3 * lineBytes).messages).toEqual([
    ["mark-10-3", "abc"],
    ["mark-13-2", "de"],
  ]);
  expect(packed(parcel, 2 * lineBytes).messages).toEqual([
    ["mark-10-2", "ab"],
    ["mark-12-2", "cd"],
    ["mark-14-1", "e"],
  ]);
});

it("leaves out what is too large, and does not say that it is there", () => {
  const long = "x".repeat(100);
  expect(packed(parcelOf("a", "b", long, "d"), 2 * lineBytes)).toEqual({
    messages: [
      ["mark-10-2", "ab"],
      ["mark-13-1", "d"],
    ],
    refused: 1,
  });
  expect(packed(parcelOf(long), lineBytes)).toEqual({ messages: [], refused: 1 });
});
