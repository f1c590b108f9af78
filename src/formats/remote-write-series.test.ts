// Which labels series have there: two of them never the same.
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Origin } from "../metric/metric.ts";
import { type Series, seriesKey } from "../metric/series.ts";
import { createRemoteSeries, type RemoteSeriesForm } from "./remote-write-series.ts";

const text = fc.oneof(
  fc.string({
    minLength: 1,
    maxLength: 6,
    unit: fc.constantFrom("a", "A", "_", ".", "-", "U", "1", "é", ":", "/s"),
  }),
  fc.constantFrom("cpustats.%idle", "cpustats_idle", "host", "site", "__name__", "U__a"),
);
const series = fc.record({
  name: text,
  tags: fc.dictionary(text, text, { maxKeys: 3, noNullPrototype: true }),
});
const host = fc.constantFrom("h", "h_1");

/** What is sent of each series alone, one after the other, of which some are our own collectors'. */
function sentOf(form: RemoteSeriesForm, all: readonly [Series, string, Origin][]) {
  const seriesOf = createRemoteSeries(form);
  const each = () =>
    all.map(([one, from, origin]) =>
      seriesOf([{ host: from, origin, metrics: [{ ...one, value: 1, timestampMs: 1 }] }]),
    );
  // What our own take from others, they have from then on.
  each();
  const batches = each();
  return {
    labels: batches.flatMap((batch) => batch.series.map(({ labels }) => labels.toString("latin1"))),
    refused: batches.reduce((sum, batch) => sum + batch.refused, 0),
  };
}

const unlike = (origins: readonly Origin[]) =>
  fc.uniqueArray(fc.tuple(series, host, fc.constantFrom(...origins)), {
    selector: ([{ name, tags }, from]) => seriesKey({ name, tags: { host: from, ...tags } }),
  });

it.each(["escaped", "utf8"] as const)("names of others, in the form %s, are all different", (names) => {
  fc.assert(
    fc.property(unlike(["push", "statsd"]), (all) => {
      const { labels, refused } = sentOf({ names, external: {} }, all);
      expect([new Set(labels).size, refused]).toEqual([all.length, 0]);
    }),
  );
});

it.each(["escaped", "utf8"] as const)("what is the same in the form %s is refused and counted", (names) => {
  fc.assert(
    fc.property(unlike(["push", "collectors"]), (all) => {
      const { labels, refused } = sentOf({ names, external: { site: "a" } }, all);
      expect(new Set(labels).size).toBe(labels.length);
      expect(labels.length + refused).toBe(all.length);
    }),
  );
});
