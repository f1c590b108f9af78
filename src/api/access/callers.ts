// Who asks, and what they may do: by token, by client certificate, by address, in this order (design, access and safety).
import type { Clock } from "../../kernel/clock.ts";
import { AgentError } from "../../kernel/errors.ts";
import { AddressList } from "../../transports/address-list.ts";
import { type AccessConfig, type Role, roles } from "./config.ts";
import { Lockout } from "./lockout.ts";
import { type HashedToken, hashedToken, matchesToken } from "./token.ts";

export interface Caller {
  readonly name: string;
  readonly roles: ReadonlySet<Role>;
  /** True when the caller may run only some programs. */
  readonly restricted: boolean;
  /** Whether the caller may run the program of that name. */
  mayRun(name: string): boolean;
}

/** What a request shows of its sender. */
export interface Evidence {
  /** Address of the peer, or undefined for the unix socket, whose file permissions are its lock. */
  readonly address: string | undefined;
  readonly bearer: string | undefined;
  /** Names of a client certificate that the configured authorities signed; `forged` for any other certificate. */
  readonly certificate: readonly string[] | "forged" | undefined;
}

interface Known {
  readonly caller: Caller;
  readonly tokens: readonly HashedToken[];
  readonly certificates: readonly string[];
  readonly addresses: AddressList | undefined;
}

const owner: Caller = { name: "owner", roles: new Set(roles), restricted: false, mayRun: () => true };

export class Callers {
  readonly #known: readonly Known[];
  readonly #anonymous: Caller;
  readonly #lockout: Lockout;

  constructor(config: AccessConfig, clock: Clock) {
    this.#known = config.callers.map(toKnown);
    const byDefault: Role[] = config.callers.length === 0 ? ["read", "check", "inventory", "metrics"] : [];
    this.#anonymous = toCaller({ name: "anonymous", roles: config.anonymous ?? byDefault });
    this.#lockout = new Lockout(clock);
  }

  /** Throws `access.rejected` or `access.locked-out` where credentials are shown that are not known. */
  identify(evidence: Evidence): Caller {
    const { address, bearer, certificate } = evidence;
    if (address === undefined) return owner;
    if (certificate === "forged") throw new AgentError("access.rejected", { address });
    return this.#byToken(address, bearer) ?? this.#byCertificate(certificate) ?? this.#byAddress(address);
  }

  /** Whether any caller is known by a token. */
  get knowTokens(): boolean {
    return this.#known.some(({ tokens }) => tokens.length > 0);
  }

  /** An empty token is none, and while no caller has a token, none is checked (contract happo §0). */
  #byToken(address: string, presented: string | undefined): Caller | undefined {
    if (presented === undefined || presented === "") return undefined;
    if (!this.knowTokens) return undefined;
    const waitMs = this.#lockout.waitMs(address);
    if (waitMs > 0) throw new AgentError("access.locked-out", { address, seconds: Math.ceil(waitMs / 1000) });
    // Every token is compared, so that time tells nothing.
    const matching = this.#known.filter(
      ({ tokens }) => tokens.filter((one) => matchesToken(one, presented)).length > 0,
    );
    const [found] = matching;
    if (found === undefined) {
      this.#lockout.fail(address);
      throw new AgentError("access.rejected", { address });
    }
    this.#lockout.succeed(address);
    return found.caller;
  }

  #byCertificate(names: readonly string[] | undefined): Caller | undefined {
    if (names === undefined) return undefined;
    return this.#known.find(({ certificates }) =>
      certificates.some((rule) => names.some((name) => matchesName(rule, name))),
    )?.caller;
  }

  #byAddress(address: string): Caller {
    return this.#known.find(({ addresses }) => addresses?.has(address))?.caller ?? this.#anonymous;
  }
}

/** `*.example.org` stands for one label more, as in certificates (RFC 6125 §6.4.3). */
function matchesName(rule: string, name: string): boolean {
  const [wanted, given] = [rule.toLowerCase(), name.toLowerCase()];
  if (!wanted.startsWith("*.")) return wanted === given;
  return given.slice(given.indexOf(".")) === wanted.slice(1) && given.indexOf(".") > 0;
}

function toKnown(config: AccessConfig["callers"][number]): Known {
  return {
    caller: toCaller(config),
    tokens: (config.token ?? []).map(hashedToken),
    certificates: config.certificate ?? [],
    addresses: config.address === undefined ? undefined : new AddressList(config.address),
  };
}

function toCaller(config: {
  name: string;
  roles: readonly Role[];
  commands?: readonly string[] | undefined;
}): Caller {
  const granted = new Set<Role>(config.roles.includes("admin") ? roles : config.roles);
  const patterns = config.commands?.map(toPattern);
  const mayRun = (name: string) => patterns?.some((pattern) => pattern.test(name)) ?? true;
  return { name: config.name, roles: granted, restricted: patterns !== undefined, mayRun };
}

/** Each `*` stands for any characters; everything else for itself. */
function toPattern(glob: string): RegExp {
  const parts = glob.split("*").map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "s");
}
