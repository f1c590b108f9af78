// Takes a request one hop further: trust, one deadline for the whole chain, and the answer as it comes.
import { AgentError } from "../../kernel/errors.ts";
import { type HttpAnswer, HttpFailure, httpRequest, type OwnIdentity } from "../../transports/http-client.ts";
import type { Caller } from "../access/caller.ts";
import type { Role } from "../access/roles.ts";
import type { ProxyConfig } from "../config.ts";
import { deadlineHeader } from "../contract/index.ts";
import type { Judgement, PluginRequest } from "../permit-program.ts";
import { innerBody, requireRole } from "./caller-policy.ts";
import { type Hop, hopUrl, parseHop } from "./hop.ts";
import { HopPool } from "./hop-pool.ts";
import { TargetPolicy } from "./target-policy.ts";

export interface RelayRequest {
  readonly body: {
    readonly hops: readonly string[];
    readonly requestType: string;
    /** For the last hop. */
    readonly inner: Buffer;
  };
  readonly caller: Caller;
  /** True for callers on this very host, who can reach its addresses without this agent. */
  readonly anywhere: boolean;
  /** Milliseconds that the hop before still waits, where it said so. */
  readonly remainingMs: number | undefined;
}

export interface RelayNeeds {
  /** The role that an endpoint of this agent asks for; undefined where there is none. */
  roleOf(path: string): Role | undefined;
  /** What a check plugin would do with its options, by its name alone: it will run elsewhere. */
  judgeByName(request: PluginRequest): Judgement;
  readonly userAgent: string;
  /** Shown to hops that ask for a client certificate. */
  identity(): OwnIdentity;
}

/**
 * What each hop keeps of its time for its own answer, so that the hop nearest to the fault is the one that tells: a tenth,
 * and no more than a handshake and a busy host take.
 */
const hopShare = { part: 0.1, leastMs: 25, mostMs: 1000 };

function timeOfNextHop(timeoutMs: number): number {
  const { part, leastMs, mostMs } = hopShare;
  return Math.max(1, Math.floor(timeoutMs - Math.min(mostMs, Math.max(leastMs, timeoutMs * part))));
}

export class Relay {
  readonly #config: ProxyConfig;
  readonly #needs: RelayNeeds;
  readonly #policy: TargetPolicy;
  readonly #pool: HopPool;

  constructor(config: ProxyConfig, needs: RelayNeeds) {
    this.#config = config;
    this.#needs = needs;
    this.#policy = new TargetPolicy(config.targets);
    this.#pool = new HopPool(config);
  }

  /** Throws `proxy.timeout`, `proxy.failed`, `proxy.target`, `access.role` and `body.invalid`. */
  async relay({ body, caller, anywhere, remainingMs }: RelayRequest): Promise<HttpAnswer> {
    const [next = "", ...rest] = body.hops;
    if (rest.length >= this.#config.max_hops) {
      throw new AgentError("body.invalid", {
        reason: `proxy_hostport: more than ${this.#config.max_hops} hops`,
      });
    }
    const hop = parseHop(next);
    // The last hop is asked for this very path, whoever asks it.
    const { pathname, search } = hopUrl(hop, body.requestType);
    requireRole(caller, pathname, this.#needs.roleOf);
    if (!anywhere) this.#policy.checkHost(hop.host);
    const inner = await innerBody(caller, pathname, body.inner, {
      judge: this.#needs.judgeByName,
      resolveTarget: (host) => this.#policy.resolve(host),
    });
    const type = `${pathname}${search}`.slice(1);
    const timeoutMs = Math.max(1, Math.min(this.#config.deadline, remainingMs ?? Number.POSITIVE_INFINITY));
    if (rest.length === 0) return await this.#post(hop, type, inner, { anywhere, timeoutMs });
    const onward = {
      proxy_hostport: rest,
      request_type: type,
      request_json: inner.toString("base64"),
    };
    return await this.#post(hop, "proxy", Buffer.from(JSON.stringify(onward)), { anywhere, timeoutMs });
  }

  /** The address of a host that a caller may have asked. Rejects with `proxy.target`. */
  resolveTarget(host: string): Promise<string> {
    return this.#policy.resolve(host);
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
      [deadlineHeader]: String(timeOfNextHop(way.timeoutMs)),
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
        agent: way.anywhere ? open : guarded,
        ...(way.anywhere
          ? { naming: { ofCaller: true } }
          : { naming: this.#policy.naming, refuseAddress: this.#policy.connectionCheck(hop.host) }),
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
