// Points are as the router needs them, and messages never larger than they may be.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lodaMessages, lodaPoint, topicOfNamespace } from "./loda-message.ts";

const metric = { name: "cpu.idle", tags: {}, value: 1, timestampMs: 1_700_000_000_999 };
const point = (given: object) =>
  JSON.parse(lodaPoint({ ...metric, ...given }, "web01", 1_800_000_000).text) as unknown;

describe("a point", () => {
  it.each([
    [{}, {}],
    [{ name: "#a b,c=d" }, { measurement: "-a-b-c-d" }],
    [{ tags: { host: "own" } }, { tags: { host: "own" } }],
    [{ tags: { host: "  " } }, {}],
    [{ tags: { ns: "a.b", "k 1": " v\\ 2 ", e: "" } }, { tags: { "k-1": "v--2", host: "web01" } }],
    [{ timestampMs: 0 }, { timestamp: 1_800_000_000 }],
    [{ timestampMs: -5 }, { timestamp: 1_800_000_000 }],
    [{ timestampMs: 1.7e15 }, { timestamp: 1_800_000_000 }],
    [{ value: 1e21 }, { fields: { value: 1e21 } }],
  ])("of %j", (given, expected) => {
    const usual = {
      measurement: "cpu.idle",
      timestamp: 1_700_000_000,
      tags: { host: "web01" },
      fields: { value: 1 },
    };
    expect(point(given)).toEqual({ ...usual, ...expected });
  });

  it("has nothing that the router's lines would break on", () => {
    const text = fc.string({ minLength: 1, unit: "grapheme" });
    fc.assert(
      fc.property(text, fc.dictionary(text, text), (name, tags) => {
        const { measurement, tags: said } = point({ name, tags }) as {
          measurement: string;
          tags: Record<string, string>;
        };
        for (const part of [measurement, ...Object.keys(said), ...Object.values(said)])
          expect(part).toMatch(/^[^\s,=\\\p{Cc}]+$/u);
      }),
    );
  });
});

it("messages have every point once, in order, within the limit", () => {
  const points = fc.array(
    fc.string({ unit: "grapheme", maxLength: 40 }).map((text) => JSON.stringify(text)),
    { maxLength: 30 },
  );
  fc.assert(
    fc.property(points, fc.integer({ min: 100, max: 400 }), (given, limitBytes) => {
      const messages = lodaMessages("collect.a", given, limitBytes);
      for (const { text } of messages) expect(Buffer.byteLength(text)).toBeLessThanOrEqual(limitBytes);
      const read = messages.flatMap(({ text }) => (JSON.parse(text) as { points: string[] }).points);
      const roomBytes =
        limitBytes - Buffer.byteLength(lodaMessages("collect.a", ["1"], 1e6)[0]?.text ?? "") + 1;
      const fitting = given.filter((one) => Buffer.byteLength(one) <= roomBytes);
      expect(read).toEqual(fitting.map((one) => JSON.parse(one) as string));
      expect(messages.reduce((sum, { points: count }) => sum + count, 0)).toBe(fitting.length);
    }),
  );
});

it.each([
  ["web.shop.loda", "collect.web.shop.loda"],
  ["x".repeat(56), `collect.${"x".repeat(56)}`],
  ["x".repeat(57), undefined],
  ["a/b", undefined],
  ["", undefined],
])("the topic of %j is %j", (ns, topic) => {
  expect(topicOfNamespace(ns)).toBe(topic);
});
