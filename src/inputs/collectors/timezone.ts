// Collector `timezone`: where the host's clock on the wall hangs (contract opsbro §4.2).
import * as z from "zod";
import { defineCollector } from "../collector.ts";

const zones = "/zoneinfo/";

export const timezone = defineCollector({
  name: "timezone",
  summary: "The time zone of the host.",
  everyMs: 3_600_000,
  config: z.strictObject({}),
  leaves: {},
  async read(_config, { host }): Promise<{ zone: string }> {
    const target = (await host.link("/etc/localtime")) ?? "";
    const at = target.indexOf(zones);
    if (at >= 0) return { zone: target.slice(at + zones.length).replace(/^(posix|right)\//, "") };
    // Without the link it is a copy of some zone; without both the C library takes UTC.
    return { zone: ((await host.text("/etc/timezone")) ?? "").trim() || "UTC" };
  },
  measure: ({ zone }) => ({ timezone: zone }),
});
