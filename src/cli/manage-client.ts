// Tells a management server about this host, as happo-agent did: add, is_added, remove (contract happo §1.3).
import { AgentError } from "../kernel/errors.ts";
import { printable } from "../kernel/log.ts";
import { type HttpAnswer, httpRequest } from "../transports/http-client.ts";
import type { CliNeeds } from "./cli-needs.ts";
import type { CommandInput } from "./command.ts";
import { failureReason } from "./failure-reason.ts";
import { defaultPort } from "./host-port.ts";
import { placeholderEndpoint } from "./manage-options.ts";
import { integerOf, textOf } from "./option-values.ts";
import { proxyFor } from "./proxy-environment.ts";
import { postThroughProxy, tunnelAgent } from "./proxy-tunnel.ts";

const timeoutMs = 60_000;
const answerLimitBytes = 1024 * 1024;

export interface ManageWish {
  readonly verb: "add" | "is_added" | "remove";
  readonly hostname: string;
  /** Null where the verb knows no proxies. */
  readonly proxies: readonly string[] | null;
}

/** What an answer means to the user. */
export interface Verdict {
  readonly exit: number;
  readonly text: string;
}

/** Sends the request and prints the verdict: good news on stdout, the rest on stderr. Returns the exit code. */
export async function manage(
  { wish, verdictOf }: { wish: ManageWish; verdictOf: (answer: HttpAnswer) => Verdict },
  { options }: CommandInput,
  needs: CliNeeds,
): Promise<number> {
  const endpoint = textOf(options, "endpoint") ?? "";
  const group_name = textOf(options, "group_name");
  const ip = textOf(options, "ip");
  const complain = (text: string) => {
    needs.stderr.write(`${text}\n`);
    return 1;
  };
  if (endpoint === placeholderEndpoint)
    return complain("ERROR: endpoint must set with args or environment variable");
  if (group_name === undefined) return complain("group_name is null");
  if (ip === undefined) return complain("ip is null");
  const port = integerOf(options, "port") ?? defaultPort;
  const hostdata = { group_name, ip, hostname: wish.hostname, port, proxies: wish.proxies };
  try {
    const answer = await post(`${endpoint}/manage/${wish.verb}`, { apikey: "", hostdata }, needs.environment);
    const { exit, text } = verdictOf(answer);
    (exit === 0 ? needs.stdout : needs.stderr).write(`${text}\n`);
    return exit;
  } catch (thrown) {
    return complain(failureReason(thrown));
  }
}

/** `Failed!`, and what the server said about it. */
export function failed({ status, body }: HttpAnswer): Verdict {
  const said = printable(body.toString("utf8").trim().slice(0, 1000));
  return { exit: 1, text: `Failed! [${status}] ${said}`.trim() };
}

function post(url: string, value: object, environment: CliNeeds["environment"]): Promise<HttpAnswer> {
  const target = endpointUrl(url);
  const proxy = proxyFor(target, environment);
  const common = {
    headers: { "content-type": "application/json", connection: "close" },
    body: JSON.stringify(value),
    timeoutMs,
    answerLimitBytes,
  };
  if (proxy !== undefined && target.protocol === "http:")
    return postThroughProxy(proxy, { ...common, target });
  return httpRequest({
    ...common,
    method: "POST",
    url: target,
    trust: { verify: true },
    ...(proxy === undefined ? {} : { agent: tunnelAgent(proxy) }),
  });
}

function endpointUrl(text: string): URL {
  if (!URL.canParse(text))
    throw new AgentError("usage.wrong", { reason: `the endpoint is not a URL: ${text}` });
  const url = new URL(text);
  if (url.protocol === "http:" || url.protocol === "https:") return url;
  throw new AgentError("usage.wrong", {
    reason: `the endpoint has the unsupported scheme ${url.protocol}//`,
  });
}
