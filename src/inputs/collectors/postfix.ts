// Collector `postfix`: mails that wait in the queues of Postfix (contract opsbro §4.2).
import * as z from "zod";
import { path } from "../../kernel/schema.ts";
import { defineCollector, type NotEligible } from "../collector.ts";
import type { HostFiles } from "../host-files.ts";

const queues = ["deferred", "active", "maildrop", "incoming", "corrupt", "hold"] as const;

interface QueueSample {
  readonly counts: ReadonlyMap<string, number>;
}

export const postfix = defineCollector({
  name: "postfix",
  summary: "Mails that wait in the queues of Postfix.",
  everyMs: 60_000,
  config: z.strictObject({
    spool: path().default("/var/spool/postfix").describe("Directory of the queues."),
  }),
  leaves: {
    "queue.deferred": { help: "Mails that will be tried again later" },
    "queue.active": { help: "Mails that are being delivered" },
    "queue.maildrop": { help: "Mails of this host that nobody has taken yet" },
    "queue.incoming": { help: "Mails that have just come in" },
    "queue.corrupt": { help: "Mails that cannot be read" },
    "queue.hold": { help: "Mails that somebody holds back" },
  },
  async read({ spool }, { host }): Promise<QueueSample | NotEligible> {
    if ((await host.facts(spool)) === undefined) return { notEligible: `there is no ${spool}` };
    const counts = new Map<string, number>();
    for (const queue of queues) {
      const directory = `${spool}/${queue}`;
      if (!(await host.mayRead(directory)))
        return { notEligible: `${directory} is not for this user to read` };
      counts.set(queue, await mailsIn(directory, host));
    }
    return { counts };
  },
  measure: ({ counts }) => ({ queue: Object.fromEntries(counts) }),
});

/** Postfix spreads mails over directories of one character; the mails' own names are longer. */
async function mailsIn(directory: string, host: HostFiles, depth = 0): Promise<number> {
  let count = 0;
  for (const name of await host.list(directory)) {
    if (name.length > 1) count += 1;
    else if (depth < depthLimit) count += await mailsIn(`${directory}/${name}`, host, depth + 1);
  }
  return count;
}

/** `hash_queue_depth` is 1 unless it was set, and never more than 3. */
const depthLimit = 3;
