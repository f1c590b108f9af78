// Collector `coredumps`: programs that fell over and left their memory behind (contract loda §6.7).
import * as z from "zod";
import { type CoreFile, parseCoreFileName } from "../../formats/proc/core-file.ts";
import { path } from "../../kernel/schema.ts";
import { defineCollector, type NotEligible } from "../collector.ts";

export interface CoreSample {
  readonly files: readonly CoreFile[];
  /** Milliseconds since 1970. */
  readonly readAtMs: number;
}

const recentMs = 60_000;
const filesLimit = 10_000;
/** Names of services are names of files, and anybody may make some: the rest is counted together. */
const servicesLimit = 100;
const others = "others";

export const coreDumps = defineCollector({
  name: "coredumps",
  summary: "Core dumps on this host.",
  everyMs: 60_000,
  // The usual place lies under /home, which may be a file system whose server is gone.
  onDemand: true,
  config: z.strictObject({
    directories: z
      .array(path())
      .default(["/home/coresave", "/var/lib/systemd/coredump"])
      .describe("Where core dumps are kept, named `core.SERVICE.PID.SECONDS` or as systemd names them."),
  }),
  instances: ["", "service"],
  leaves: {
    count: { help: "Core dumps that are kept" },
    recent: { help: "Core dumps of the last minute" },
    "services.count": { help: "Core dumps of this service that are kept" },
    "services.recent": { help: "Core dumps of this service in the last minute" },
  },
  async read({ directories }, { host, clock }): Promise<CoreSample | NotEligible> {
    const names: string[] = [];
    let present = 0;
    for (const directory of directories) {
      if ((await host.facts(directory)) === undefined) continue;
      present += 1;
      for (const name of (await host.list(directory)).slice(0, filesLimit)) names.push(name);
    }
    if (present === 0) return { notEligible: `there is no ${directories.join(" and no ")}` };
    const files = names.slice(0, filesLimit).map(parseCoreFileName);
    return { files: files.filter((file) => file !== undefined), readAtMs: clock.now() };
  },
  measure({ files, readAtMs }) {
    const all = { count: 0, recent: 0 };
    const services = new Map<string, { count: number; recent: number }>();
    for (const file of files) {
      const name = services.has(file.service) || services.size < servicesLimit ? file.service : others;
      const counts = services.get(name) ?? { count: 0, recent: 0 };
      services.set(name, counts);
      for (const one of [all, counts]) {
        one.count += 1;
        one.recent += isRecent(file, readAtMs) ? 1 : 0;
      }
    }
    return { ...all, services: Object.fromEntries(services) };
  },
});

/** Of the last minute before the reading. A clock that was set back does not make files new for ever. */
export function isRecent({ atMs }: CoreFile, readAtMs: number): boolean {
  return Math.abs(readAtMs - atMs) < recentMs;
}
