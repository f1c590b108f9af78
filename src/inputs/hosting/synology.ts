// Collector `synology`: which disk station this is, as its own files tell (contract opsbro §4.3). What only its SNMP
// service knows, such as disks and temperatures, is left to whoever reads SNMP.
import * as z from "zod";
import { defineCollector } from "../collector.ts";
import { readingOf } from "../collectors/measuring/rate.ts";
import type { HostFiles } from "../host-files.ts";
import { textIn } from "./chosen-facts.ts";
import { onlyOn } from "./metadata-service.ts";

type Values = ReadonlyMap<string, string>;

export const synology = defineCollector({
  name: "synology",
  summary: "Which disk station of Synology this is.",
  everyMs: 3_600_000,
  config: z.strictObject({}),
  leaves: {},
  read: (_config, { host }) =>
    onlyOn("synology", { host }, async () => ({
      facts: await valuesIn("/etc/synoinfo.conf", host),
      version: await valuesIn("/etc.defaults/VERSION", host),
    })),
  measure: ({ facts, version }) =>
    readingOf({
      model: textIn(facts.get("upnpmodelname")),
      platform: textIn(facts.get("unique")),
      dsm_version: textIn(version.get("productversion")),
      dsm_build: textIn(version.get("buildnumber")),
    }),
});

/** Lines such as `upnpmodelname="DS918+"`. */
async function valuesIn(path: string, host: HostFiles): Promise<Values> {
  const values = new Map<string, string>();
  for (const line of ((await host.text(path)) ?? "").split("\n")) {
    const [, name, value = ""] = /^(\w+)="?([^"]*)"?$/.exec(line.trim()) ?? [];
    if (name !== undefined) values.set(name, value.trim());
  }
  return values;
}
