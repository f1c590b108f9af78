import fc from "fast-check";
import { expect, it } from "vitest";
import { dottedName, seriesOfDottedName } from "./dotted-name.ts";
import { faultOf, type Metric, noTags } from "./metric.ts";
import { parseSeriesKey, seriesKey } from "./series.ts";

const sound: Metric = { name: "cpu.idle", tags: noTags, value: 1, timestampMs: 1000 };

it.each([
  [{}, undefined],
  [{ timestampMs: -5 }, undefined],
  [{ name: "" }, "an empty name"],
  [{ name: "a\nb" }, "control characters"],
  [{ name: "x".repeat(1025) }, "more than 1024"],
  [{ name: "a\ud800b" }, "half characters"],
  [{ tags: { host: "" } }, "an empty tag host"],
  [{ value: Number.NaN }, "not finite"],
  [{ value: Number.POSITIVE_INFINITY }, "not finite"],
  [{ timestampMs: 1.5 }, "no time"],
  [{ timestampMs: 2 ** 52 }, "no time"],
  [{ tags: Object.fromEntries(Array.from({ length: 33 }, (_, n) => [`t${n}`, "x"])) }, "more than 32"],
])("says what is wrong with %j", (change, fault) => {
  const found = faultOf({ ...sound, ...change });
  if (fault === undefined) expect(found).toBeUndefined();
  else expect(found).toContain(fault);
});

const text = fc.string({ minLength: 1, maxLength: 20, unit: "grapheme" });
const series = fc.record({
  name: text,
  tags: fc.dictionary(text, text, { maxKeys: 4, noNullPrototype: true }),
});

it("writes each series as one key and reads it back", () => {
  fc.assert(
    fc.property(series, (one) => {
      expect(parseSeriesKey(seriesKey(one))).toEqual(one);
    }),
  );
});

it("gives one key whatever the order of the tags", () => {
  expect(seriesKey({ name: "n", tags: { b: "2", a: "1" } })).toBe("n;a=1;b=2");
  expect(seriesKey({ name: "n", tags: { a: "1", b: "2" } })).toBe("n;a=1;b=2");
});

it.each(["", ";a=1", "n;", "n;a", "n;a=", "n;=1", "n;a=1;a=2", "n;a=1=2"])("takes %j for no key", (key) => {
  expect(parseSeriesKey(key)).toBeUndefined();
});

const tagOf = (family: string) => ({ diskusage: "mount", cpustats: "cpu" })[family];

it.each([
  [{ name: "diskusage.pct_used", tags: { mount: "/var" } }, "diskusage./var.pct_used"],
  [{ name: "diskusage.pct_used", tags: { mount: "/a.b%" } }, "diskusage./a%2Eb%25.pct_used"],
  [{ name: "cpustats.%idle", tags: { cpu: "cpu0", host: "web1" } }, "cpustats.cpu0.%idle;host=web1"],
  [{ name: "loadaverage.load1", tags: {} }, "loadaverage.load1"],
  [{ name: "cpustats", tags: {} }, "cpustats"],
  [{ name: "elsewhere.a.b", tags: { x: "1" } }, "elsewhere.a.b;x=1"],
  [{ name: "shop.topic=orders.lag", tags: {} }, "shop.topic=orders.lag"],
  [{ name: "a\\b.c=d", tags: {} }, "a\\b.c=d"],
  [{ name: "a\\\\b", tags: {} }, "a\\\\\\\\b"],
  [{ name: "a\\=b", tags: {} }, "a\\\\\\=b"],
  [{ name: "a;b=c", tags: {} }, "a\\;b\\=c"],
  [{ name: "a=b", tags: { x: "1" } }, "a\\=b;x=1"],
])("%j is %s, both ways", (one, dotted) => {
  expect(dottedName(one, tagOf)).toBe(dotted);
  expect(seriesOfDottedName(dotted, tagOf)).toEqual(one);
});
