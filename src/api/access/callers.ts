// Who asks, and what they may do: by token, by client certificate, by address, in this order (design, access and safety).
import type { Clock } from "../../kernel/clock.ts";
import { AgentError } from "../../kernel/errors.ts";
import { AddressList } from "../../transports/address-list.ts";
import { type Anonymous, anonymousCallers } from "./anonymous-callers.ts";
import type { Caller } from "./caller.ts";
import type { AccessConfig } from "./config.ts";
import { Lockout } from "./lockout.ts";
import type { Standing } from "./peers.ts";
import { namedPrograms } from "./program-permission.ts";
import { roles, withIncluded } from "./roles.ts";
import { type HashedToken, hashedToken, matchesToken } from "./token.ts";

/** What a request shows of its sender. */
export interface Evidence {
  /** Address of the peer; `unix` for the unix socket. */
  readonly address: string;
  readonly standing: Standing;
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

const owner: Caller = {
  name: "owner",
  roles: new Set(roles),
  programs: "any",
  isAnonymous: false,
  user: undefined,
};

export class Callers {
  readonly #known: readonly Known[];
  readonly #anonymous: Anonymous;
  readonly #lockout: Lockout;
  /** Whether any caller is known by a token. */
  readonly knowTokens: boolean;

  constructor(config: AccessConfig, clock: Pick<Clock, "monotonicMs">) {
    this.#known = config.callers.map(toKnown);
    this.knowTokens = this.#known.some(({ tokens }) => tokens.length > 0);
    this.#anonymous = anonymousCallers(config);
    this.#lockout = new Lockout(clock);
  }

  /** Throws `access.rejected` or `access.locked-out` where credentials are shown that are not known. */
  identify(evidence: Evidence): Caller {
    const { address, bearer, certificate, standing } = evidence;
    if (standing === "socket") return owner;
    if (certificate === "forged") throw new AgentError("access.rejected", { address });
    return this.#byToken(address, bearer) ?? this.#byCertificate(certificate) ?? this.#byPlace(evidence);
  }

  /**
   * An empty token is none, and while no caller has a token, none is checked (contract happo §0). A right one always
   * passes: whoever shares a guesser's address, or is behind the same bastion, is not locked out with him.
   */
  #byToken(address: string, presented: string | undefined): Caller | undefined {
    if (presented === undefined || presented === "" || !this.knowTokens) return undefined;
    // Every token is compared, so that time tells nothing.
    const matching = this.#known.filter(
      ({ tokens }) => tokens.filter((one) => matchesToken(one, presented)).length > 0,
    );
    const [found] = matching;
    if (found !== undefined) return found.caller;
    const waitMs = this.#lockout.fail(address);
    if (waitMs === 0) throw new AgentError("access.rejected", { address });
    throw new AgentError("access.locked-out", { address, seconds: Math.ceil(waitMs / 1000) });
  }

  #byCertificate(names: readonly string[] | undefined): Caller | undefined {
    if (names === undefined) return undefined;
    return this.#known.find(({ certificates }) =>
      certificates.some((rule) => names.some((name) => matchesName(rule, name))),
    )?.caller;
  }

  /** An address says nothing of a user of this host: every one of them has it. */
  #byPlace({ address, standing }: Evidence): Caller {
    const isProof = standing === "host" || standing === "agent-user";
    const known = isProof ? this.#known.find(({ addresses }) => addresses?.has(address)) : undefined;
    return known?.caller ?? this.#anonymous[standing === "socket" ? "unknown" : standing];
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

function toCaller({ name, roles: given, commands, user }: AccessConfig["callers"][number]): Caller {
  // Who may define checks may have them run whatever he likes.
  const unnamed = given.includes("admin") ? "any" : "connecting";
  return {
    ...{ name, user, roles: withIncluded(given), isAnonymous: false },
    programs: commands === undefined ? unnamed : namedPrograms(commands),
  };
}
