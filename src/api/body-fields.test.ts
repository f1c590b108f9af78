// The fields of a large body: which there are and what they hold, as the runtime's own reader has it.
import fc from "fast-check";
import { expect, it } from "vitest";
import { systemClock } from "../kernel/clock.ts";
import { createPace } from "../kernel/pace.ts";
import { nameOf, readFields } from "./body-fields.ts";

const pace = createPace(systemClock);
const read = (text: string, known: readonly string[] = ["a", "bc", "MetricData"]) =>
  readFields(Buffer.from(text), known, pace);

it("are what the runtime's own reader finds under those names", async () => {
  const key = fc.constantFrom("a", "bc", "other", "__proto__");
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(key, fc.jsonValue({ maxDepth: 3 }))), async (entries) => {
      const text = `{${entries.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(" , ")}}`;
      const whole = JSON.parse(text) as Record<string, unknown>;
      const fields = await read(`${text} and more`);
      for (const name of ["a", "bc"]) {
        const expected = Object.hasOwn(whole, name) ? whole[name] : undefined;
        expect(fields.value(name)).toEqual(expected);
        expect(fields.get(name)?.value()).toEqual(expected);
        // A reader of its own each time.
        expect(fields.get(name)?.value()).toEqual(expected);
      }
      expect(fields.get("other")).toBeUndefined();
    }),
  );
});

it.each([
  ['{"A":1}', 1],
  ['{"A":1,"a":2}', 2],
  ['{"a":2,"A":1}', 2],
  ['{"A":1,"A":2}', 2],
  ['{"a":1,"a":2}', 2],
])("in any case, the right one winning: %s", async (text, value) => {
  expect((await read(text)).value("a")).toBe(value);
});

it("older keys are known as they are written", () => {
  expect(nameOf("MetricData", ["MetricData"])).toBe("MetricData");
  expect(nameOf("metricdata", ["MetricData"])).toBeUndefined();
  expect(nameOf("METRIC_DATA", ["metric_data"])).toBe("metric_data");
});

it("an empty body has none", async () => {
  expect((await read("")).value("a")).toBeUndefined();
});

it.each([
  ["[1]", "body.invalid"],
  ["7", "body.invalid"],
  ['"a"', "body.invalid"],
  ["{", "body.not-json"],
  ['{"a":1', "body.not-json"],
  ['{"a" 1}', "body.not-json"],
  ["[".repeat(100), "body.not-json"],
  [" ", "body.not-json"],
  ["secret", "body.invalid"],
])("%s is %s", async (text, code) => {
  const fault = await read(text).catch((thrown: unknown) => thrown);
  expect(fault).toMatchObject({ code });
  expect(String(fault)).not.toContain("secret");
});

it("a short field is given whole up to 256 KiB", async () => {
  const text = (bytes: number) => `{"a":"${"x".repeat(bytes - 2)}"}`;
  expect((await read(text(256 * 1024))).value("a")).toHaveLength(256 * 1024 - 2);
  const long = await read(text(256 * 1024 + 1));
  expect(() => long.value("a")).toThrow(/a: more than 262144 bytes/);
});

it("others are let through while a large one is read", async () => {
  let nowMs = 0;
  let yields = 0;
  const counted = {
    get isDue() {
      nowMs += 1;
      return nowMs % 5 === 0;
    },
    count: () => {},
    yield: async () => {
      yields += 1;
    },
  };
  const body = Buffer.from(`{"a":[${"1,".repeat(1_000_000)}1],"b":1}`);
  await readFields(body, ["a"], counted);
  // A piece of 128 KiB at a time, over the whole and over the field.
  expect(nowMs).toBeGreaterThanOrEqual(2 * Math.floor(body.length / (128 * 1024)));
  expect(yields).toBe(Math.floor(nowMs / 5));
});
