// Collector `logins`: who is logged in, and who lately tried to be (utmp(5), contract loda §6.7).
import * as z from "zod";
import { type LoginRecord, parseLoginRecords, recordBytes } from "../../formats/proc/utmp.ts";
import { path } from "../../kernel/schema.ts";
import { defineCollector, type NotEligible, type Reading } from "../collector.ts";
import type { HostFiles } from "../host-files.ts";

export interface LoginSample {
  /** People who are logged in. */
  readonly sessions: number;
  /** Of the last five minutes, oldest first. */
  readonly succeeded: readonly LoginRecord[];
  readonly failed: readonly LoginRecord[];
  /** True when they are not for this user to see: then none seen does not mean that there were none. */
  readonly isFailedHidden: boolean;
}

const windowMs = 5 * 60_000;
/** Under attack there may be more in five minutes than are worth reading: the newest are taken. */
const recordsLimit = 4096;
const shownLimit = 20;

export const logins = defineCollector({
  name: "logins",
  summary: "Who is logged in, and how many tried to be in the last five minutes.",
  everyMs: 60_000,
  config: z.strictObject({
    sessions: path().default("/run/utmp").describe("File of the people who are logged in."),
    succeeded: path().default("/var/log/wtmp").describe("File of the logins."),
    failed: path().default("/var/log/btmp").describe("File of the failed logins; root's alone as a rule."),
  }),
  leaves: {
    sessions: { help: "People who are logged in" },
    succeeded: { help: "Logins of the last five minutes" },
    failed: { help: "Failed logins of the last five minutes" },
  },
  async read({ sessions, succeeded, failed }, { host, clock }): Promise<LoginSample | NotEligible> {
    const present = [];
    for (const file of [sessions, succeeded, failed]) present.push(await host.facts(file));
    if (present.every((facts) => facts === undefined)) return { notEligible: "this host records no logins" };
    const sinceMs = clock.now() - windowMs;
    return {
      sessions: await sessionsIn(sessions, host),
      succeeded: (await recent(succeeded, sinceMs, host)).filter(({ kind }) => kind === "session"),
      failed: await recent(failed, sinceMs, host),
      isFailedHidden: !(await host.mayRead(failed)),
    };
  },
  measure: ({ sessions, succeeded, failed, isFailedHidden }) => ({
    sessions,
    succeeded: succeeded.length,
    ...(isFailedHidden ? {} : { failed: failed.length }),
    latest: [...succeeded.slice(-shownLimit).map(shown), ...failed.slice(-shownLimit).map(refused)],
  }),
});

const shown = ({ user, device, remote, atMs }: LoginRecord): Reading => ({
  user,
  device,
  remote,
  time: Math.floor(atMs / 1000),
  success: true,
});
const refused = (record: LoginRecord): Reading => ({ ...shown(record), success: false });

/** Records outlive sessions that ended badly: a session whose process is gone is none. */
async function sessionsIn(file: string, host: HostFiles): Promise<number> {
  let count = 0;
  for (const { kind, pid } of parseLoginRecords((await newest(file, host)) ?? Buffer.alloc(0)))
    if (kind === "session" && (await host.facts(`/proc/${pid}`)) !== undefined) count += 1;
  return count;
}

async function recent(file: string, sinceMs: number, host: HostFiles): Promise<LoginRecord[]> {
  const facts = await host.facts(file);
  if (facts === undefined || facts.modifiedMs < sinceMs) return [];
  const records = parseLoginRecords((await newest(file, host)) ?? Buffer.alloc(0));
  return records.filter(({ atMs }) => atMs >= sinceMs);
}

/** The records at the end; a whole number of them, though one may be half written. */
async function newest(file: string, host: HostFiles): Promise<Buffer | undefined> {
  const facts = await host.facts(file);
  if (facts === undefined) return undefined;
  const whole = Math.min(Math.floor(facts.sizeBytes / recordBytes), recordsLimit);
  const half = facts.sizeBytes % recordBytes;
  return (await host.tail(file, whole * recordBytes + half))?.subarray(0, whole * recordBytes);
}
