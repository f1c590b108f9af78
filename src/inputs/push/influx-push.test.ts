// A push of line protocol: what becomes metrics, and what is said of the rest.
import { expect, it } from "vitest";
import { testContext } from "../../../test/support/context.ts";
import type { Metric } from "../../metric/metric.ts";
import { noneRefused } from "../../metric/refused.ts";
import { readInfluxLines } from "./influx-push.ts";
import { createPush } from "./push.ts";

async function read(text: string, precision: string) {
  const metrics: Metric[] = [];
  const keep = async (part: readonly Metric[]) => {
    metrics.push(...part);
    return noneRefused;
  };
  const { faults } = await readInfluxLines({ text, precision, nowMs: 1e12 }, { ...testContext(), keep });
  return { metrics, faults };
}

it.each([
  ['# disk is 2.5" wide\nmem used=4\nmem used=5\n', [4, 5]],
  ['cpu v=1\ndisk,model=ST2.5" free=3\nmem used=4\nmem used=5\nnet,if=eth0 rx=1\n', [1, 3, 4, 5, 1]],
  ['ev msg="a\nb\nc 1=2",n=7 1000000000\nmem used=4', [7, 4]],
])("an odd quote costs nothing: %j", async (text, values) => {
  const { metrics, faults } = await read(text, "ns");
  expect(metrics.map(({ value }) => value)).toEqual(values);
  expect([...faults]).toEqual([]);
});

it("reasons hold nothing of what senders write; the answer does", async () => {
  const context = testContext();
  const push = createPush({ ...context, keep: async () => noneRefused });
  const lines = Array.from({ length: 500 }, (_, number) => [
    `m,k${number}=1,k${number}=1 v=1`,
    `m,k${number}=${"x".repeat(600)} v=1`,
    `m v=1 ${9_000_000_000_000 + number}`,
  ]);
  const { kept, fault } = await push.influx(lines.flat().join("\n"), "h");
  expect(kept).toBe(0);
  expect(fault).toContain("'m,k0=1,k0=1 v=1'");
  expect(push.report.faults).toEqual({
    "a tag twice": 500,
    "a name, a tag or a time that cannot be kept": 1000,
  });
  expect(context.lines).toHaveLength(2);
  const long = await push.influx(`m,key=${"x".repeat(600)} v=1`, "ns");
  expect(long.fault).toContain("a tag key of more than 512 characters");
});

it.each(["constructor", "toString", "__proto__"])("%s is no precision", async (precision) => {
  expect((await read("m v=1 1000000", precision)).metrics[0]?.timestampMs).toBe(1);
});
