// Collector `timeoffset`: how far the host's clock is from a time server's (contract loda §6.7, RFC 4330).
import * as z from "zod";
import { ntpOffsetSeconds } from "../../formats/proc/ntp-packet.ts";
import { AgentError } from "../../kernel/errors.ts";
import { type CollectorNeeds, defineCollector, type NotEligible } from "../collector.ts";
import { askTimeServer, type ServerAddress, serverAddressOf } from "./measuring/time-server.ts";

export interface OffsetSample {
  /** Seconds by which the server's clock is ahead. */
  readonly offsetSeconds: number;
}

const tries = 3;
const eachMs = 6000;

export const timeOffset = defineCollector({
  name: "timeoffset",
  summary: "How far the host's clock is from a time server's.",
  everyMs: 300_000,
  deadlineMs: tries * eachMs + 1000,
  onDemand: true,
  config: z.strictObject({
    server: z
      .string()
      .default("")
      .describe("Time server as `HOST` or `HOST:PORT`; nothing is asked without."),
  }),
  leaves: { offset: { help: "Time by which the server's clock is ahead of the host's", unit: "seconds" } },
  async read({ server }, needs): Promise<OffsetSample | NotEligible> {
    if (server === "") return { notEligible: "no time server is configured" };
    const address = serverAddressOf(server);
    if (address === undefined) return { notEligible: `${server} is no HOST or HOST:PORT` };
    return { offsetSeconds: await offsetFrom(address, needs) };
  },
  measure: ({ offsetSeconds }) => ({ offset: Math.round(offsetSeconds * 1e6) / 1e6 }),
});

/** Throws when none of the tries was answered. */
async function offsetFrom(address: ServerAddress, needs: CollectorNeeds): Promise<number> {
  let reason = "";
  for (let count = 0; count < tries && !needs.signal.aborted; count += 1) {
    const exchange = await askTimeServer(address, { ...needs, timeoutMs: eachMs });
    const offset = typeof exchange === "string" ? undefined : ntpOffsetSeconds(exchange);
    if (offset !== undefined) return offset;
    reason = typeof exchange === "string" ? exchange : "the server has no time";
  }
  throw new AgentError("collector.unanswered", { address: `${address.host}:${address.port}`, reason });
}
