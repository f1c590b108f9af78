// Kept-alive connections to the next hops, one pool for each way of trusting them.
import { Agent } from "node:https";
import { AddressList, isAddressRange } from "../../transports/address-list.ts";
import { readPem } from "../../transports/certificate.ts";
import type { PeerTrust } from "../../transports/http-client.ts";
import type { ProxyConfig } from "../config.ts";
import { matchesHostName } from "./target-policy.ts";

/** Idle connections go before a hop's own limit (60 s and more, contract happo §3.3) can close them under a request. */
const idleMs = 30_000;

export interface HopTrust {
  readonly trust: PeerTrust;
  readonly token: string | undefined;
  /** Pool for callers who may go anywhere, and pool for those whose look-ups are guarded. */
  readonly open: Agent;
  readonly guarded: Agent;
}

export class HopPool {
  readonly #rules: readonly { readonly matches: (host: string) => boolean; readonly trust: HopTrust }[];
  readonly #fallback: HopTrust;

  /** Throws `tls.unreadable` or `tls.untrusted` where the CA file of a rule cannot be read. */
  constructor(config: Pick<ProxyConfig, "hops" | "verify">) {
    this.#rules = config.hops.map(({ match, ca, pin, token }) => ({
      matches: hostMatcher(match),
      trust: makeTrust({ verify: ca !== undefined, ca: readCa(ca), pin }, token),
    }));
    this.#fallback = makeTrust({ verify: config.verify }, undefined);
  }

  trustOf(host: string): HopTrust {
    return this.#rules.find(({ matches }) => matches(host))?.trust ?? this.#fallback;
  }

  close(): void {
    for (const { open, guarded } of [...this.#rules.map(({ trust }) => trust), this.#fallback]) {
      open.destroy();
      guarded.destroy();
    }
  }
}

function makeTrust(trust: PeerTrust, token: string | undefined): HopTrust {
  // A session that is taken up again shows no certificate to compare with the pin.
  const sessions = trust.pin === undefined ? {} : { maxCachedSessions: 0 };
  const options = {
    keepAlive: true,
    maxFreeSockets: 64,
    timeout: idleMs,
    scheduling: "lifo",
    ...sessions,
  } as const;
  return { trust, token, open: new Agent(options), guarded: new Agent(options) };
}

function hostMatcher(rules: readonly string[]): (host: string) => boolean {
  const addresses = new AddressList(rules.filter(isAddressRange));
  const names = rules.filter((rule) => !isAddressRange(rule));
  return (host) =>
    names.some((name) => matchesHostName(name, host)) || (isAddressRange(host) && addresses.has(host));
}

function readCa(path: string | undefined): Buffer | undefined {
  return path === undefined ? undefined : readPem("hop CA", path);
}
