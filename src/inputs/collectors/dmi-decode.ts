// Collector `dmidecode`: what the firmware tells of the machine (contract opsbro §4.2).
import * as z from "zod";
import { defineCollector, type NotEligible } from "../collector.ts";

const folder = "/sys/class/dmi/id";
/** Files beside the facts: the kernel's own, of which one is only for drivers. */
const besides = new Set(["uevent", "modalias"]);

interface FirmwareSample {
  readonly values: ReadonlyMap<string, string>;
}

export const dmiDecode = defineCollector({
  name: "dmidecode",
  summary: "What the firmware tells of the machine.",
  everyMs: 3_600_000,
  config: z.strictObject({}),
  leaves: {},
  async read(_config, { host }): Promise<FirmwareSample | NotEligible> {
    const values = new Map<string, string>();
    for (const name of await host.list(folder)) {
      const text = besides.has(name) ? undefined : await host.text(`${folder}/${name}`);
      if (text !== undefined) values.set(name, text.trim());
    }
    return values.size > 0 ? { values } : { notEligible: `nothing can be read in ${folder}` };
  },
  measure: ({ values }) => Object.fromEntries(values),
});
