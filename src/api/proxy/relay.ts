// Takes a request one hop further: trust, one deadline for the whole chain, and the answer as it comes.
import { isIP } from "node:net";
import { AgentError } from "../../kernel/errors.ts";
import { type HttpAnswer, HttpFailure, httpRequest, type OwnIdentity } from "../../transports/http-client.ts";
import type { Caller } from "../access/callers.ts";
import type { ProxyConfig } from "../config.ts";
import { deadlineHeader, type ProxyRequest } from "../contract/index.ts";
import { endpointOf, innerBody, requireRole } from "./caller-policy.ts";
import { type Hop, hopUrl, parseHop } from "./hop.ts";
import { HopPool } from "./hop-pool.ts";
import { decodeRequestJson } from "./request-json.ts";
import { TargetPolicy } from "./target-policy.ts";

export interface RelayRequest {
  readonly body: ProxyRequest;
  readonly caller: Caller;
  /** True for callers on this very host, who can reach its addresses without this agent. */
  readonly anywhere: boolean;
  /** Milliseconds that the hop before still waits, where it said so. */
  readonly remainingMs: number | undefined;
}

export interface RelayNeeds {
  readonly userAgent: string;
  /** Shown to hops that ask for a client certificate. */
  identity(): OwnIdentity;
}

/** What each hop keeps of the time for its own answer, so that the hop nearest to the fault is the one that tells. */
const hopShareMs = 25;

export class Relay {
  readonly #config: ProxyConfig;
  readonly #needs: RelayNeeds;
  readonly #policy: TargetPolicy;
  readonly #pool: HopPool;

  constructor(config: ProxyConfig, needs: RelayNeeds) {
    this.#config = config;
    this.#needs = needs;
    this.#policy = new TargetPolicy(config.targets);
    this.#pool = new HopPool(config, this.#policy.lookup);
  }

  /** Throws `proxy.timeout`, `proxy.failed`, `proxy.target`, `access.role` and `body.invalid`. */
  async relay({ body, caller, anywhere, remainingMs }: RelayRequest): Promise<HttpAnswer> {
    const [next = "", ...rest] = body.proxy_hostport;
    if (rest.length >= this.#config.max_hops) {
      throw new AgentError("body.invalid", {
        reason: `proxy_hostport: more than ${this.#config.max_hops} hops`,
      });
    }
    const hop = parseHop(next);
    const endpoint = endpointOf(hopUrl(hop, body.request_type).pathname);
    requireRole(caller, endpoint);
    if (!anywhere) this.#policy.checkHost(hop.host);
    const inner = innerBody(caller, endpoint, decodeRequestJson(body.request_json));
    const timeoutMs = Math.max(1, Math.min(this.#config.deadline, remainingMs ?? Number.POSITIVE_INFINITY));
    if (rest.length === 0) return await this.#post(hop, body.request_type, inner, { anywhere, timeoutMs });
    const onward = {
      proxy_hostport: rest,
      request_type: body.request_type,
      request_json: inner.toString("base64"),
    };
    return await this.#post(hop, "proxy", Buffer.from(JSON.stringify(onward)), { anywhere, timeoutMs });
  }

  close(): void {
    this.#pool.close();
  }

  async #post(
    hop: Hop,
    type: string,
    body: Buffer,
    way: { anywhere: boolean; timeoutMs: number },
  ): Promise<HttpAnswer> {
    const url = hopUrl(hop, type);
    const { trust, token, open, guarded } = this.#pool.trustOf(hop.host);
    const headers = {
      "content-type": "application/json",
      "user-agent": this.#needs.userAgent,
      [deadlineHeader]: String(Math.max(1, way.timeoutMs - hopShareMs)),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    };
    try {
      return await httpRequest({
        method: "POST",
        url,
        headers,
        body,
        timeoutMs: way.timeoutMs,
        answerLimitBytes: this.#config.answer_limit,
        trust,
        identity: this.#needs.identity(),
        agent: way.anywhere || isIP(hop.host) !== 0 ? open : guarded,
      });
    } catch (thrown) {
      throw hopFailure(url, way.timeoutMs, thrown);
    }
  }
}

function hopFailure(url: URL, timeoutMs: number, thrown: unknown): unknown {
  if (!(thrown instanceof HttpFailure)) return thrown;
  if (thrown.cause instanceof AgentError) return thrown.cause;
  const address = `https://${url.host}${url.port === "" ? ":443" : ""}${url.pathname}${url.search}`;
  if (thrown.kind === "timeout")
    return new AgentError("proxy.timeout", { url: address, timeoutMs, cause: thrown });
  return new AgentError("proxy.failed", { url: address, reason: thrown.message, cause: thrown });
}
