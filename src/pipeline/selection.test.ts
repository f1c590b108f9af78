// Which metrics a stage is about.
import { describe, expect, it } from "vitest";
import type { Batch } from "../metric/metric.ts";
import { type Selection, selectorOf } from "./selection.ts";

const batch = (host = ""): Batch => ({ origin: "graphite", host, timestampMs: 0, metrics: [] });
const isSelected = (selection: Selection, tags: Record<string, string> = {}, host = "") =>
  selectorOf(selection).selects({ name: "web.hits", tags, value: 1, timestampMs: 0 }, batch(host));

describe("a metric is selected", () => {
  it.each<[Selection, Record<string, string>, string, boolean]>([
    [{}, {}, "", true],
    [{ match: ["db.*", "web.*"] }, {}, "", true],
    [{ match: ["db.*"] }, {}, "", false],
    [{ tags: { env: ["p*", "t*"] } }, { env: "test" }, "", true],
    [{ tags: { env: ["p*"] } }, { env: "test" }, "", false],
    [{ tags: { env: ["*"] } }, {}, "", false],
    [{ tags: { env: ["*"] } }, { env: "" }, "", false],
    [{ tags: { env: ["*"], dc: ["a"] } }, { env: "x", dc: "a" }, "", true],
    [{ tags: { env: ["*"], dc: ["a"] } }, { env: "x", dc: "b" }, "", false],
    [{ match: ["db.*"], tags: { env: ["*"] } }, { env: "x" }, "", false],
    [{ tags: { host: ["web*"] } }, {}, "web1", true],
    [{ tags: { host: ["web*"] } }, { host: "db1" }, "web1", false],
    [{ tags: { host: ["web*"] } }, {}, "", false],
    [{ tags: { env: ["web*"] } }, {}, "web1", false],
    [{ tags: { constructor: ["*"] } }, {}, "", false],
  ])("by %j with %j of %j: %j", (selection, tags, host, expected) => {
    expect(isSelected(selection, tags, host)).toBe(expected);
  });

  it("by where it came in", () => {
    expect(selectorOf({}).concerns(batch())).toBe(true);
    expect(selectorOf({ from: ["statsd", "graphite"] }).concerns(batch())).toBe(true);
    expect(selectorOf({ from: ["statsd"] }).concerns(batch())).toBe(false);
  });

  it("by its own name, however many names there were before", () => {
    const { selects } = selectorOf({ match: ["*1"] });
    const of = (name: string) => selects({ name, tags: {}, value: 1, timestampMs: 0 }, batch());
    for (let number = 0; number < 20_010; number += 1)
      if (of(`n${number}`) !== String(number).endsWith("1")) throw new Error(`n${number}`);
    expect([of("n1"), of("n2"), of("n20001"), of("n20002")]).toEqual([true, false, true, false]);
  });
});
