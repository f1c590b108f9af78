// Which hops a caller may reach: else a hop to loopback would go round the next agent's list of allowed hosts.
import { BlockList, isIP } from "node:net";
import { systemClock } from "../../kernel/clock.ts";
import { AgentError } from "../../kernel/errors.ts";
import { linkedAbort } from "../../kernel/linked-abort.ts";
import { addressBytes } from "../../transports/address-bytes.ts";
import { AddressList, isAddressRange, plainAddress } from "../../transports/address-list.ts";
import type { ConnectionNameOptions } from "../../transports/connect.ts";
import { type HostNames, hostNames } from "../../transports/host-names.ts";
import { canonicalHost } from "./hop.ts";

/** Addresses of the host itself, of its own links, and of the services that hand out a cloud host's credentials. */
const ownRanges: readonly (readonly [string, number, "ipv4" | "ipv6"])[] = [
  ["0.0.0.0", 8, "ipv4"],
  ["127.0.0.0", 8, "ipv4"],
  ["169.254.0.0", 16, "ipv4"],
  ["100.100.100.200", 32, "ipv4"],
  ["192.0.0.192", 32, "ipv4"],
  ["224.0.0.0", 4, "ipv4"],
  ["255.255.255.255", 32, "ipv4"],
  ["::", 127, "ipv6"],
  ["fe80::", 10, "ipv6"],
  ["ff00::", 8, "ipv6"],
  ["fd00:ec2::254", 128, "ipv6"],
];

const own = new BlockList();
for (const [network, prefix, family] of ownRanges) own.addSubnet(network, prefix, family);

/** Why nobody but the host itself may be sent to this address, or undefined. */
export function refusalOf(address: string): string | undefined {
  const plain = plainAddress(embeddedIpv4(address) ?? address);
  const refused = own.check(plain, isIP(plain) === 6 ? "ipv6" : "ipv4");
  return refused ? `${address} is a loopback, link-local or metadata address` : undefined;
}

/** Where in IPv6 an IPv4 address stands, behind which bytes (RFC 4291 §2.5.5, RFC 2765, RFC 6052, RFC 8215, RFC 3056). */
const embeddings: readonly { readonly prefix: string; readonly offset: number }[] = [
  { prefix: "00000000000000000000ffff", offset: 12 },
  { prefix: "000000000000000000000000", offset: 12 },
  { prefix: "0000000000000000ffff0000", offset: 12 },
  { prefix: "0064ff9b0000000000000000", offset: 12 },
  { prefix: "0064ff9b0001", offset: 12 },
  { prefix: "2002", offset: 2 },
];

/** IPv4 inside IPv6: mapped, compatible, translated, NAT64 and 6to4, however it is written. */
function embeddedIpv4(address: string): string | undefined {
  const bytes = addressBytes(address);
  if (bytes.length !== 16) return undefined;
  const hex = bytes.toString("hex");
  const found = embeddings.find(({ prefix }) => hex.startsWith(prefix));
  return found && bytes.subarray(found.offset, found.offset + 4).join(".");
}

export class TargetPolicy {
  readonly #names: readonly string[];
  readonly #addresses: AddressList;
  readonly #hostNames: HostNames;

  /** `targets` are names, `*.domain`, addresses and CIDR ranges; none stands for every host but this one. */
  constructor(targets: readonly string[], names: HostNames = hostNames) {
    this.#hostNames = names;
    this.#names = targets.filter((text) => !isAddressRange(text));
    this.#addresses = new AddressList(targets.filter(isAddressRange));
  }

  /** Throws `proxy.target` where the host, as it is written, may not be asked. */
  checkHost(host: string): void {
    const reason = isIP(host) === 0 ? undefined : this.#reasonAgainst(host);
    if (reason !== undefined) throw new AgentError("proxy.target", { target: host, reason });
  }

  /**
   * Why the other end of a connection to this host may not be asked: the address that was connected to is judged, by
   * whatever spelling or name it was reached.
   */
  connectionCheck(host: string): (address: string) => AgentError | undefined {
    return (address) => {
      const reason = this.#isNamed(host) ? undefined : this.#reasonAgainst(address);
      return reason === undefined ? undefined : new AgentError("proxy.target", { target: host, reason });
    };
  }

  /** An address of the host that may be asked. Rejects with `proxy.target` where one of them may not, or there is none. */
  async resolve(text: string): Promise<string> {
    const host = canonicalHost(isIP(text) === 6 ? `[${text}]` : text);
    const refuse = (reason: string) => new AgentError("proxy.target", { target: text.slice(0, 300), reason });
    if (host === undefined) throw refuse("it names no host");
    const found = isIP(host) === 0 ? await this.#addressesOf(host) : [host];
    const [first] = found;
    if (first === undefined) throw refuse("it has no address");
    const reason = this.#isNamed(host)
      ? undefined
      : found.map((one) => this.#reasonAgainst(one)).find((one) => one !== undefined);
    if (reason !== undefined) throw refuse(reason);
    return first;
  }

  /** Refuses an answer that may not be asked: it is the one that is connected to. */
  get naming(): ConnectionNameOptions {
    return {
      ofCaller: true,
      refuse: (host, addresses) => {
        const reason = this.#isNamed(host)
          ? undefined
          : addresses.map(({ address }) => this.#reasonAgainst(address)).find(Boolean);
        return reason === undefined ? undefined : new AgentError("proxy.target", { target: host, reason });
      },
    };
  }

  /** None where the name cannot be looked up. */
  async #addressesOf(name: string): Promise<string[]> {
    const ending = linkedAbort([], { clock: systemClock, afterMs: lookUpMs });
    try {
      const found = await this.#hostNames.addressesOf({ name, ofCaller: true }, ending.signal);
      return found.map(({ address }) => address);
    } catch (thrown) {
      if (thrown instanceof AgentError) throw thrown;
      return [];
    } finally {
      ending.release();
    }
  }

  #isNamed(host: string): boolean {
    return this.#names.some((name) => matchesHostName(name, host));
  }

  #reasonAgainst(address: string): string | undefined {
    if (this.#addresses.has(address)) return undefined;
    const anyHost = this.#names.length === 0 && this.#addresses.isEmpty;
    return anyHost ? refusalOf(address) : `${address} is not among api.proxy.targets`;
  }
}

/** For a name that is looked up before anything is asked. */
const lookUpMs = 5000;

/** `*.example.org` stands for every name below it. */
export function matchesHostName(rule: string, host: string): boolean {
  const [wanted, given] = [rule.toLowerCase(), host.toLowerCase()];
  return wanted.startsWith("*.") ? given.endsWith(wanted.slice(1)) : wanted === given;
}
