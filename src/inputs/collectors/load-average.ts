// Collector `loadaverage`: how many processes run or wait, over 1, 5 and 15 minutes (contract opsbro §4.2).
import * as z from "zod";
import { parseLoadAverage } from "../../formats/proc/loadavg.ts";
import { defineCollector } from "../collector.ts";

const path = "/proc/loadavg";

export const loadAverage = defineCollector({
  name: "loadaverage",
  summary: "Processes that run or wait, on average.",
  config: z.strictObject({}),
  leaves: {
    load1: { help: "Processes that run or wait, average of 1 minute" },
    load5: { help: "Processes that run or wait, average of 5 minutes" },
    load15: { help: "Processes that run or wait, average of 15 minutes" },
  },
  async read(_config, { host }) {
    return (
      parseLoadAverage(await host.required(path)) ?? { notEligible: `${path} is unlike any that is known` }
    );
  },
  measure: ({ load1, load5, load15 }) => ({ load1, load5, load15 }),
});
