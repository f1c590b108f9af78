// The plan as a file: whatever is written is read the same, by us and by readers of YAML 1.1, and changes are seen.
import { readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { directoryOfTest } from "../../../test/support/temporary.ts";
import { type MetricPlan, parseMetricPlan, usablePlan, writeMetricPlan } from "./metric-plan.ts";
import { createMetricPlanFile } from "./metric-plan-file.ts";

const oddTexts = [
  "~",
  "null",
  "yes",
  "No",
  "y",
  "true",
  "1e3",
  "010",
  "0x1f",
  ".inf",
  "12:30",
  "- a",
  "a: b",
  "a #b",
];
const text = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.string({ unit: "binary" }),
  fc.constantFrom(...oddTexts),
);
const program = fc.record({
  name: text,
  option: text,
  format: fc.constantFrom("sensu", "nagios", "prometheus"),
}) as fc.Arbitrary<MetricPlan[number]["programs"][number]>;
const plans = fc.array(fc.record({ hostname: text, programs: fc.array(program, { maxLength: 4 }) }), {
  maxLength: 4,
});

it("is read as it was written", () => {
  fc.assert(
    fc.property(
      plans,
      (plan) => void expect(parseMetricPlan(writeMetricPlan(plan))).toEqual(usablePlan(plan)),
    ),
  );
});

it.each(["1.1", "1.2"] as const)("says texts to readers of YAML %s, whatever stands in them", (version) => {
  fc.assert(
    fc.property(plans, (plan) => {
      const { metrics } = parse(writeMetricPlan(plan), { version }) as { metrics: { hostname: string }[] };
      expect(metrics).toEqual(
        plan.map(({ hostname, programs }) => ({
          hostname,
          plugins: programs.map(({ name, option, format }) => ({
            ...{ plugin_name: name, plugin_option: option },
            ...(format === "sensu" ? {} : { format }),
          })),
        })),
      );
    }),
  );
});

it("leaves ordinary names and options without quotes", () => {
  const programs = [
    { name: "check_load.sh", option: "-w 5,5,5 -c 9 --path=/var/log", format: "nagios" as const },
  ];
  expect(writeMetricPlan([{ hostname: "web-1.example.org", programs }])).toBe(
    "metrics:\n  - hostname: web-1.example.org\n    plugins:\n      - plugin_name: check_load.sh\n" +
      "        plugin_option: -w 5,5,5 -c 9 --path=/var/log\n        format: nagios\n",
  );
});

it("sees what others write, also where size and time stay", async () => {
  const path = join(directoryOfTest(), "metrics.yaml");
  const file = createMetricPlanFile(path);
  expect(await file.read()).toBeUndefined();
  const plan = [{ hostname: "a", programs: [{ name: "one", option: "", format: "sensu" as const }] }];
  await file.replace(plan);
  expect(await file.read()).toEqual(plan);
  const text = readFileSync(path, "utf8");
  utimesSync(path, 1, 1);
  writeFileSync(path, text.replace("one", "two"));
  utimesSync(path, 1, 1);
  expect((await file.read())?.[0]?.programs[0]?.name).toBe("two");
  writeFileSync(path, "metrics: [");
  await expect(file.read()).rejects.toThrow("no YAML");
  writeFileSync(path, text);
  expect(await file.read()).toEqual(plan);
});
