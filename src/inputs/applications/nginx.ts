// Collector `nginx`: connections and requests, from the page of stub_status (contract opsbro §4.3).
import * as z from "zod";
import { AgentError } from "../../kernel/errors.ts";
import { type CollectorNeeds, defineCollector } from "../collector.ts";
import { growth, perSecond, readingOf } from "../collectors/measuring/rate.ts";
import { askPage, httpAddress, shownAddress } from "./clients/http-text.ts";
import { parseStubStatus, type StubStatus } from "./parsing/stub-status.ts";

const answerLimitBytes = 16 * 1024;

export const nginx = defineCollector({
  name: "nginx",
  summary: "Connections and requests of an nginx web server.",
  onDemand: true,
  group: "nginx",
  config: z.strictObject({
    uri: httpAddress()
      .default("http://localhost/nginx_status")
      .describe("Where the server shows the page of stub_status."),
  }),
  leaves: {
    connections: { help: "Open connections, those that wait for a request included" },
    reqPerSec: { help: "Requests taken, this agent's own among them", unit: "per-second" },
  },
  read: readNginx,
  measure({ connections, requests }, earlier) {
    if (earlier === undefined) return undefined;
    const grown = growth(requests, earlier.sample.requests);
    const reqPerSec = grown === undefined ? undefined : perSecond(grown, earlier.elapsedMs);
    return readingOf({ connections, reqPerSec });
  },
});

async function readNginx({ uri }: { readonly uri: string }, { signal }: CollectorNeeds): Promise<StubStatus> {
  const url = new URL(uri);
  const { status, text } = await askPage({ url, answerLimitBytes, signal });
  const found = status === 200 ? parseStubStatus(text) : undefined;
  if (found !== undefined) return found;
  const reason = status === 200 ? "the page is not that of stub_status" : `the status is ${status}`;
  throw new AgentError("collector.unanswered", { address: shownAddress(url), reason });
}
