// Collector `apache`: requests and workers, from the page of mod_status (contract opsbro §4.3).
import * as z from "zod";
import { AgentError } from "../../kernel/errors.ts";
import { secret } from "../../kernel/schema.ts";
import { type CollectorNeeds, defineCollector } from "../collector.ts";
import { growth, perSecond, readingOf } from "../collectors/measuring/rate.ts";
import { askPage, shownAddress } from "./clients/http-text.ts";
import { parseServerStatus, type ServerStatus } from "./parsing/server-status.ts";

interface ApacheConfig {
  readonly hostname: string;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
}

/** The second one is for servers whose page stands below a directory of that name. */
const paths = ["/server-status?auto", "/server-status/?auto"];
const answerLimitBytes = 256 * 1024;
const hostname = /^(\[[0-9a-fA-F:.]+\]|[^\s/?#@:[\]]+)(:\d{1,5})?$/;

export const apache = defineCollector({
  name: "apache",
  summary: "Requests and workers of an Apache web server.",
  onDemand: true,
  group: "apache",
  deadlineMs: 3000,
  config: z.strictObject({
    hostname: z
      .string()
      .regex(hostname, { error: "expected a name or an address, with :PORT where it is not 80" })
      .default("localhost")
      .describe("Name or address of the server, with :PORT where it is not 80."),
    user: z.string().optional().describe("User for basic authentication."),
    password: secret().optional().describe("Password of the user."),
  }),
  leaves: {
    "req/s": { help: "Requests answered, this agent's own among them", unit: "per-second" },
    busy_workers: { help: "Workers that serve a request" },
    idle_workers: { help: "Workers that wait for one" },
  },
  read: readApache,
  measure(sample, earlier) {
    const { accesses, busyWorkers, idleWorkers } = sample;
    if (accesses !== undefined && earlier === undefined) return undefined;
    const grown = earlier === undefined ? undefined : requestsBetween(sample, earlier.sample);
    return readingOf({
      "req/s": grown === undefined || earlier === undefined ? undefined : perSecond(grown, earlier.elapsedMs),
      busy_workers: busyWorkers,
      idle_workers: idleWorkers,
    });
  },
});

async function readApache(config: ApacheConfig, { signal }: CollectorNeeds): Promise<ServerStatus> {
  let reason = "";
  let address = "";
  for (const path of paths) {
    const url = new URL(path, `http://${config.hostname}`);
    const { user, password } = config;
    const { status, text } = await askPage({ url, user, password, answerLimitBytes, signal });
    const found = status === 200 ? parseServerStatus(text) : undefined;
    if (found !== undefined) return found;
    address = shownAddress(url);
    reason = status === 200 ? "the page is not that of mod_status" : `the status is ${status}`;
    // Whoever is refused here is refused there.
    if (status !== 200 && status !== 404) break;
  }
  throw new AgentError("collector.unanswered", { address, reason });
}

/** A server that started again meanwhile counts from nothing, even where it has come further than before. */
function requestsBetween(now: ServerStatus, before: ServerStatus): number | undefined {
  if ((now.uptimeSeconds ?? 0) < (before.uptimeSeconds ?? 0)) return undefined;
  return growth(now.accesses, before.accesses);
}
