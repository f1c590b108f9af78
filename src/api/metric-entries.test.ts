// Entries read one by one are those that the schema of the whole request reads.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { JsonReader } from "../formats/json-reader.ts";
import { systemClock } from "../kernel/clock.ts";
import { createPace } from "../kernel/pace.ts";
import type { Batch } from "../metric/metric.ts";
import { withFaults } from "./body-fields.ts";
import { metricEntry } from "./contract/metric.ts";
import { countMetricEntries, metricBatches } from "./metric-entries.ts";

const pace = createPace(systemClock);
const readerOf = (text: string) => new JsonReader(Buffer.from(text));

const read = (text: string): Promise<Batch[]> =>
  withFaults(async () => {
    const batches: Batch[] = [];
    for await (const batch of metricBatches(readerOf(text), pace)) batches.push(batch);
    return batches;
  });

/** Whose batches they are, with their values by name. */
const shown = (batches: readonly Batch[]) =>
  batches.map(({ host, timestampMs, metrics }) => ({
    ...{ host, timestampMs },
    values: metrics.map(({ name, value }) => [name, value] as const),
  }));

const entry = fc.record(
  {
    hostname: fc.oneof(fc.constantFrom("h", "", "web1"), fc.constant(7), fc.constant("x".repeat(513))),
    timestamp: fc.oneof({ weight: 8, arbitrary: fc.nat(2_000_000_000) }, fc.constant(1.5), fc.constant("1")),
    metrics: fc.oneof(
      {
        weight: 8,
        arbitrary: fc.dictionary(
          fc.constantFrom("a", "b.c", "d e", "%"),
          fc.double({ noNaN: true, noDefaultInfinity: true }),
        ),
      },
      fc.constant(null),
      fc.constant({ a: "1" }),
      fc.constant([1]),
      fc.constant(1),
    ),
    other: fc.jsonValue({ maxDepth: 2 }),
  },
  { requiredKeys: [] },
);

it("as the schema reads them, or refused as it refuses them", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(entry, { maxLength: 4 }), async (entries) => {
      const text = JSON.stringify(entries);
      const wanted = metricEntry.array().safeParse(JSON.parse(text));
      const found = await read(text).catch((thrown: unknown) => thrown);
      if (!wanted.success) {
        expect(found).toMatchObject({ code: "body.invalid" });
        return;
      }
      expect(shown(found as Batch[])).toEqual(
        wanted.data.map(({ hostname, timestamp, metrics }) => ({
          host: hostname,
          timestampMs: timestamp * 1000,
          values: Object.entries(metrics ?? {}),
        })),
      );
    }),
    { numRuns: 500 },
  );
});

describe("entries", () => {
  it("of more than 2000 metrics become several batches of one host", async () => {
    const metrics = Object.fromEntries(Array.from({ length: 4201 }, (_, place) => [`n${place}`, place]));
    const batches = await read(JSON.stringify([{ hostname: "h", timestamp: 5, metrics }]));
    expect(batches.map((batch) => batch.metrics.length)).toEqual([2000, 2000, 201]);
    expect(new Set(batches.map(({ host }) => host))).toEqual(new Set(["h"]));
    expect(batches.flatMap((batch) => batch.metrics.map(({ value }) => value))).toEqual(
      Object.values(metrics),
    );
  });

  it("without metrics are a batch too", async () => {
    expect(shown(await read('[{},{"hostname":"h","metrics":null}]'))).toEqual([
      { host: "", timestampMs: 0, values: [] },
      { host: "h", timestampMs: 0, values: [] },
    ]);
  });

  it.each(["null", " null"])("%j are none", async (text) => {
    expect(await read(text)).toEqual([]);
  });

  it("that are not there are none", async () => {
    expect(await countMetricEntries(undefined, pace)).toBe(0);
  });

  it("keep their keys in any order and case", async () => {
    expect(shown(await read('[{"Metrics":{"a":1},"TIMESTAMP":3,"x":[{}],"Hostname":"h"}]'))).toEqual([
      { host: "h", timestampMs: 3000, values: [["a", 1]] },
    ]);
  });

  it("take the last of several metrics of one name", async () => {
    expect(shown(await read('[{"metrics":{"a":1,"b":2,"a":3}}]'))[0]?.values).toEqual([
      ["a", 3],
      ["b", 2],
    ]);
  });

  it("are counted with one for each that has no metrics", async () => {
    expect(await countMetricEntries(readerOf('[{},{"metrics":{"a":1,"b":2}}]'), pace)).toBe(3);
  });

  it.each([
    ["{}", "metric_data: expected an array"],
    ["[7]", "metric_data.0: expected an object"],
    ["[{},[]]", "metric_data.1: expected an object"],
    ['[{"metrics":[]}]', "metric_data.0: metrics: expected an object"],
    ['[{},{"metrics":{"a":true}}]', "metric_data.1: metrics.a: expected a number"],
    ['[{"hostname":"a\\u0000b"}]', "metric_data.0: "],
    ['[{"timestamp":9e15}]', "metric_data.0: "],
  ])("%s are refused with their place: %s", async (text, reason) => {
    await expect(read(text)).rejects.toMatchObject({
      code: "body.invalid",
      message: expect.stringContaining(reason) as string,
    });
  });

  it("that are no JSON are refused as such", async () => {
    await expect(read('[{"metrics":{"a":1')).rejects.toMatchObject({ code: "body.not-json" });
    await expect(read("[{}")).rejects.toMatchObject({ code: "body.not-json" });
  });

  it("name no more than eighty characters of a name", async () => {
    const fault = await read(`[{"metrics":{"${"n".repeat(5000)}":"x"}}]`).catch((thrown: Error) => thrown);
    expect((fault as Error).message.length).toBeLessThan(200);
  });
});
