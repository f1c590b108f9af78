// Collector `coredumps`: programs that fell over and left their memory behind (contract loda §6.7).
import * as z from "zod";
import { type CoreFile, parseCoreFileName } from "../../formats/proc/core-file.ts";
import { path } from "../../kernel/schema.ts";
import { defineCollector, type NotEligible, type Reading } from "../collector.ts";

export interface CoreSample {
  readonly files: readonly CoreFile[];
  /** Milliseconds since 1970. */
  readonly readAtMs: number;
}

const recentMs = 60_000;
const filesLimit = 10_000;

export const coreDumps = defineCollector({
  name: "coredumps",
  summary: "Core dumps on this host.",
  everyMs: 60_000,
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
    const names = [];
    let present = 0;
    for (const directory of directories) {
      if ((await host.facts(directory)) === undefined) continue;
      present += 1;
      names.push(...(await host.list(directory)));
    }
    if (present === 0) return { notEligible: `there is no ${directories.join(" and no ")}` };
    const files = names.slice(0, filesLimit).map(parseCoreFileName);
    return { files: files.filter((file) => file !== undefined), readAtMs: clock.now() };
  },
  measure(sample) {
    const services = new Set(sample.files.map(({ service }) => service));
    const countsOf = (files: readonly CoreFile[]): Reading => ({
      count: files.length,
      recent: files.filter((file) => isRecent(file, sample.readAtMs)).length,
    });
    return {
      ...countsOf(sample.files),
      services: Object.fromEntries(
        [...services].map((name) => [name, countsOf(sample.files.filter(({ service }) => service === name))]),
      ),
    };
  },
});

/** Of the last minute before the reading. A clock that was set back does not make files new for ever. */
export function isRecent({ atMs }: CoreFile, readAtMs: number): boolean {
  return Math.abs(readAtMs - atMs) < recentMs;
}
