// Collector `pressure`: share of time in which work waited for a resource (kernel Documentation/accounting/psi).
import * as z from "zod";
import { type Pressure, parsePressure } from "../../formats/proc/pressure.ts";
import { defineCollector, type LeafFacts, type NotEligible } from "../collector.ts";
import { readingOf } from "./measuring/rate.ts";

const resources = ["cpu", "memory", "io"] as const;

interface PressureSample {
  readonly pressures: ReadonlyMap<string, { some?: Pressure; full?: Pressure }>;
}

export const pressure = defineCollector({
  name: "pressure",
  summary: "Share of time in which work waited for processors, memory or disks.",
  config: z.strictObject({}),
  leaves: leaves(),
  async read(_config, { host }): Promise<PressureSample | NotEligible> {
    const pressures = new Map<string, { some?: Pressure; full?: Pressure }>();
    for (const resource of resources) {
      const text = await host.text(`/proc/pressure/${resource}`);
      if (text !== undefined) pressures.set(resource, parsePressure(text));
    }
    return pressures.size > 0 ? { pressures } : { notEligible: "the kernel does not measure pressure" };
  },
  measure: ({ pressures }) =>
    Object.fromEntries(
      [...pressures].map(([resource, { some, full }]) => [
        resource,
        readingOf({ some: some && { ...some }, full: full && { ...full } }),
      ]),
    ),
});

function leaves(): Record<string, LeafFacts> {
  const facts: Record<string, LeafFacts> = {};
  for (const resource of resources)
    for (const [scope, who] of [
      ["some", "some task"],
      ["full", "every task"],
    ])
      for (const seconds of [10, 60, 300])
        facts[`${resource}.${scope}.avg${seconds}`] = {
          help: `Time in which ${who} waited for ${resource}, average of ${seconds} seconds`,
          unit: "percent",
        };
  return facts;
}
