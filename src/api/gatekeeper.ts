// The door of every request: address, name, origin, certificate, token, role, in this order.
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import type { Clock } from "../kernel/clock.ts";
import { AgentError } from "../kernel/errors.ts";
import { sourceOf } from "../transports/address-bytes.ts";
import { AddressList, type AddressVerdict, isOwnHost, plainAddress } from "../transports/address-list.ts";
import type { Newcomer } from "../transports/connection-gate.ts";
import type { OwnNames } from "../transports/own-names.ts";
import type { Caller } from "./access/caller.ts";
import { Callers, type Evidence } from "./access/callers.ts";
import type { AccessConfig } from "./access/config.ts";
import type { Peers, Standing } from "./access/peers.ts";
import type { ApiConfig } from "./config.ts";

export interface GatekeeperNeeds {
  readonly clock: Pick<Clock, "monotonicMs">;
  readonly peers: Pick<Peers, "meet" | "standingOf">;
  readonly ownNames: OwnNames;
}

export interface GatekeeperConfig {
  readonly api: Pick<ApiConfig, "allow" | "tls">;
  readonly access: AccessConfig;
}

export class Gatekeeper {
  readonly malformed: readonly string[];
  readonly #allowed: AddressList;
  readonly #callers: Callers;
  readonly #needs: GatekeeperNeeds;
  readonly #certificateRequired: boolean;
  /** As the older agent was: hosts ask by names that this agent need not know. */
  readonly #isOlder: boolean;

  constructor({ api, access }: GatekeeperConfig, needs: GatekeeperNeeds) {
    this.#allowed = new AddressList(
      api.allow.flatMap((entry) => entry.split(",")).map((entry) => entry.trim()),
    );
    this.#callers = new Callers(access, needs.clock);
    this.#needs = needs;
    this.#certificateRequired = api.tls.client_certificate === "required";
    this.#isOlder = access.defaults === "happo";
    this.malformed = this.#allowed.malformed;
  }

  /** Before anything else is looked at (contract happo §2.1, §3.1). `unix` is the unix socket. */
  admit(address: string): AddressVerdict {
    return address === unixAddress || isOwnHost(address) ? "allowed" : this.#allowed.judge(address);
  }

  /** Who has connected, by where it comes from: what is served first when there is little room. */
  newcomer(socket: Socket): Newcomer {
    const address = plainAddress(socket.remoteAddress ?? "unknown");
    // Of whom is told that he may not come, nothing more is asked.
    if (this.admit(address) !== "allowed") return { rank: "stranger", source: sourceOf(address) };
    const standing = this.#needs.peers.meet(socket);
    return { rank: isOwnHost(address) ? "own" : "allowed", source: sourceFor(standing, address) };
  }

  /** For whose share a request counts. */
  sourceOf(request: IncomingMessage): string {
    return sourceFor(this.#needs.peers.standingOf(request), addressOf(request));
  }

  /** `apikey` is the seeds' field of the body; a credential in the head comes before it. Throws `access.*`. */
  identify(request: IncomingMessage, apikey: unknown): Caller {
    const inBody = typeof apikey === "string" ? apikey : undefined;
    const { token: bearer } = credentialOf(request) ?? { token: inBody };
    return this.#callers.identify({ ...this.#seen(request), bearer });
  }

  /** Whether the field `apikey` of a body decides who asks. Throws `access.*` for those whom none can help. */
  asksBody(request: IncomingMessage): boolean {
    const { standing } = this.#seen(request);
    return standing !== "socket" && this.#callers.knowTokens && credentialOf(request) === undefined;
  }

  /** Whether the caller may be handed on to this host's own addresses, since it can reach them without this agent. */
  mayGoAnywhere(request: IncomingMessage, caller: Caller): boolean {
    const standing = this.#needs.peers.standingOf(request);
    if (standing === "agent-user") return this.#isOlder || !caller.isAnonymous;
    // By way of the agent he is its user to himself: no more than the operator has given him.
    if (standing === "local-user") return this.#isOlder && caller.programs === "any";
    return standing === "socket";
  }

  /** What a request shows before its body. */
  #seen(request: IncomingMessage): Omit<Evidence, "bearer"> {
    const standing = this.#needs.peers.standingOf(request);
    const connection = connectionOf(request.socket);
    const { address, certificate } = connection;
    if (address !== unixAddress) this.#refuseForeignPages(request);
    const isUnusable = certificate === "forged" || (this.#certificateRequired && certificate === undefined);
    if (standing !== "socket" && isUnusable) throw new AgentError("access.rejected", { address });
    return { address, standing, certificate };
  }

  /** A page in a browser must not reach the agent behind its reader's back, under its own name or under the agent's. */
  #refuseForeignPages({ headers, socket }: IncomingMessage): void {
    const { origin, host } = headers;
    const isSame = origin === undefined || (URL.canParse(origin) && new URL(origin).host === host);
    if (!isSame) throw new AgentError("access.origin", { origin: origin.slice(0, 200) });
    if (this.#needs.ownNames.has(host)) return;
    const isOtherHost = !isOwnHost(socket.remoteAddress ?? "127.0.0.1");
    if (this.#isOlder && isOtherHost && !isBrowser(headers)) return;
    throw new AgentError("access.name", { name: (host ?? "").slice(0, 200) });
  }
}

export const unixAddress = "unix";

/**
 * Within this host the agent's own user is one source and all other users are another, wherever they come from: each of
 * them may choose among millions of addresses of loopback.
 */
function sourceFor(standing: Standing, address: string): string {
  return standing === "host" ? sourceOf(address) : standing;
}

type Connection = Pick<Evidence, "address" | "certificate">;

/** What stays the same as long as a connection stands: nobody may shake hands again on it. */
const connections = new WeakMap<Socket, Connection>();

function connectionOf(socket: Socket): Connection {
  const known = connections.get(socket);
  if (known !== undefined) return known;
  const isTls = socket instanceof TLSSocket;
  const address = isTls ? plainAddress(socket.remoteAddress ?? "unknown") : unixAddress;
  const connection = { address, certificate: certificateOf(socket) };
  connections.set(socket, connection);
  return connection;
}

/** X-Forwarded-For and the like are not looked at (contract happo §3.1). */
export function addressOf({ socket }: IncomingMessage): string {
  return connectionOf(socket).address;
}

/** Browsers tell what a request is for (Fetch Metadata), or where it comes from. */
function isBrowser({ origin, referer, ...headers }: IncomingMessage["headers"]): boolean {
  return origin !== undefined || referer !== undefined || headers["sec-fetch-site"] !== undefined;
}

/** `Bearer` as everywhere, `Token` as clients of InfluxDB 2 say it, or the password of `Basic`. */
function credentialOf({ headers }: IncomingMessage): { readonly token: string | undefined } | undefined {
  const [, scheme = "", credential = ""] =
    /^(Bearer|Token|Basic) +(\S+)$/i.exec(headers.authorization ?? "") ?? [];
  if (scheme.toLowerCase() === "basic") {
    const decoded = Buffer.from(credential, "base64").toString();
    const colon = decoded.indexOf(":");
    const password = colon < 0 ? "" : decoded.slice(colon + 1);
    return { token: password === "" ? undefined : password };
  }
  return scheme === "" ? undefined : { token: credential };
}

function certificateOf(socket: Socket): Evidence["certificate"] {
  if (!(socket instanceof TLSSocket)) return undefined;
  const certificate = socket.getPeerX509Certificate?.();
  if (certificate === undefined) return undefined;
  if (!socket.authorized) return "forged";
  const alternative = [
    ...(certificate.subjectAltName ?? "").matchAll(/(?<=^|, )(?:DNS|URI|email|IP Address):("[^"]*"|[^,]+)/g),
  ];
  const names = alternative.map(([, name = ""]) => name.trim());
  const common = /^CN=(.+)$/m.exec(certificate.subject)?.[1];
  return common === undefined ? names : [...names, common];
}
