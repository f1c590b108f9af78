// Collector `logins`: who is logged in, and who lately tried to be (utmp(5), contract loda §6.7).
import * as z from "zod";
import { hasLayout, type LoginRecord, parseLoginRecords, recordLayouts } from "../../formats/proc/utmp.ts";
import { path } from "../../kernel/schema.ts";
import { defineCollector, type NotEligible, type Reading } from "../collector.ts";
import type { HostFiles } from "../host-files.ts";

export interface LoginSample {
  /** People who are logged in; undefined where nobody keeps a list of them. */
  readonly sessions: number | undefined;
  /** Of the last five minutes, oldest first. */
  readonly succeeded: readonly LoginRecord[];
  readonly failed: readonly LoginRecord[];
  /** False where nobody keeps them, or keeps them from this user: none seen does not mean that there were none. */
  readonly knowsSucceeded: boolean;
  readonly knowsFailed: boolean;
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
    const [utmp, wtmp, btmp] = present;
    const known = utmp === undefined ? await seatedSessions(host) : await sessionsIn(sessions, host);
    if (known === undefined && wtmp === undefined && btmp === undefined)
      return { notEligible: "this host records no logins" };
    const sinceMs = clock.now() - windowMs;
    return {
      sessions: known,
      succeeded: (await recent(succeeded, sinceMs, host)).filter(({ kind }) => kind === "session"),
      failed: await recent(failed, sinceMs, host),
      knowsSucceeded: wtmp !== undefined,
      knowsFailed: btmp !== undefined && (await host.mayRead(failed)),
    };
  },
  measure: ({ sessions, succeeded, failed, knowsSucceeded, knowsFailed }) => ({
    ...(sessions === undefined ? {} : { sessions }),
    ...(knowsSucceeded ? { succeeded: succeeded.length } : {}),
    ...(knowsFailed ? { failed: failed.length } : {}),
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

const sessionFolder = "/run/systemd/sessions";

/** What logind knows (systemd-logind(8)), where there is no utmp any more; undefined where it is not there either. */
async function seatedSessions(host: HostFiles): Promise<number | undefined> {
  if ((await host.facts(sessionFolder)) === undefined) return undefined;
  let count = 0;
  for (const name of await host.list(sessionFolder)) {
    const lines = new Set(((await host.text(`${sessionFolder}/${name}`)) ?? "").split("\n"));
    const leader = [...lines].find((line) => line.startsWith("LEADER="))?.slice("LEADER=".length);
    const isOpen = lines.has("CLASS=user") && !lines.has("STATE=closing");
    if (isOpen && (await host.facts(`/proc/${leader}`)) !== undefined) count += 1;
  }
  return count;
}

/** Records outlive sessions that ended badly: a session whose process is gone is none. */
async function sessionsIn(file: string, host: HostFiles): Promise<number> {
  let count = 0;
  for (const { kind, pid } of await newest(file, host))
    if (kind === "session" && (await host.facts(`/proc/${pid}`)) !== undefined) count += 1;
  return count;
}

async function recent(file: string, sinceMs: number, host: HostFiles): Promise<LoginRecord[]> {
  const facts = await host.facts(file);
  if (facts === undefined || facts.modifiedMs < sinceMs) return [];
  return (await newest(file, host)).filter(({ atMs }) => atMs >= sinceMs);
}

/** The records at the end; a whole number of them, though one may be half written. */
async function newest(file: string, host: HostFiles): Promise<readonly LoginRecord[]> {
  const facts = await host.facts(file);
  if (facts === undefined) return [];
  const { sizeBytes } = facts;
  // Whole records speak for a layout, half a one at the end against none.
  const byFit = [...recordLayouts].sort((one, other) => (sizeBytes % one.bytes) - (sizeBytes % other.bytes));
  const found: (readonly LoginRecord[])[] = [];
  for (const layout of byFit) {
    const wholeBytes = Math.min(Math.floor(sizeBytes / layout.bytes), recordsLimit) * layout.bytes;
    const tail = (await host.tail(file, wholeBytes + (sizeBytes % layout.bytes))) ?? Buffer.alloc(0);
    const bytes = tail.subarray(0, wholeBytes);
    found.push(parseLoginRecords(bytes, layout));
    if (hasLayout(bytes, layout)) return found.at(-1) ?? [];
  }
  // A record that is damaged costs itself.
  return found[0] ?? [];
}
