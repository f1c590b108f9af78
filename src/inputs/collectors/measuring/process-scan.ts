// All processes of the host, each by its one cheapest file.
import { type ProcessStat, parsePidStat } from "../../../formats/proc/pid-stat.ts";
import type { CollectorNeeds } from "../../collector.ts";

/** Reading a process takes some ten microseconds: so often others get their turn. */
const turn = 200;

/** Calls `visit` for each process that there is. Ends early when the deadline passed. */
export async function scanProcesses(
  { host, signal }: Pick<CollectorNeeds, "host" | "signal">,
  visit: (pid: string, stat: ProcessStat) => Promise<void> | void,
): Promise<void> {
  let count = 0;
  for (const pid of await host.list("/proc")) {
    if (!isPid(pid)) continue;
    count += 1;
    if (count % turn === 0) await nextTurn();
    signal.throwIfAborted();
    const stat = parsePidStat((await host.text(`/proc/${pid}/stat`)) ?? "");
    if (stat !== undefined) await visit(pid, stat);
  }
}

function isPid(name: string): boolean {
  const first = name.charCodeAt(0);
  return first >= 0x30 && first <= 0x39;
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
