// Which addresses may connect (contract happo §3.1).
import { BlockList, isIP } from "node:net";

export type AddressVerdict = "allowed" | "denied" | { readonly malformed: string };

interface Entry {
  readonly text: string;
  /** Undefined when the text is no address. */
  readonly list: BlockList | undefined;
}

/** Entries are tried in order: the first that matches allows, one that is malformed ends the search. */
export class AddressList {
  readonly #entries: readonly Entry[];

  constructor(entries: readonly string[]) {
    this.#entries = entries.filter((text) => text !== "").map((text) => ({ text, list: parseEntry(text) }));
  }

  get malformed(): string[] {
    return this.#entries.filter(({ list }) => list === undefined).map(({ text }) => text);
  }

  get isEmpty(): boolean {
    return this.#entries.length === 0;
  }

  judge(address: string): AddressVerdict {
    const plain = plainAddress(address);
    for (const { text, list } of this.#entries) {
      if (list === undefined) return { malformed: text };
      if (list.check(plain, familyOf(plain))) return "allowed";
    }
    return "denied";
  }

  has(address: string): boolean {
    return this.judge(address) === "allowed";
  }
}

/** The host itself, as the peer of a connection: only these two addresses, as in the original and `::1` besides. */
export function isOwnHost(address: string): boolean {
  const plain = plainAddress(address);
  return plain === "127.0.0.1" || plain === "::1";
}

/** IPv4 clients of a socket for both families count as IPv4; a zone index is dropped. */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(\d+\.)/i, "$1").replace(/%.*$/s, "");
}

/** Whether the text is an address or a CIDR range. */
export function isAddressRange(text: string): boolean {
  return parseEntry(text) !== undefined;
}

function parseEntry(text: string): BlockList | undefined {
  const [address = "", prefix, ...rest] = text.split("/");
  const bits = isIP(address) === 6 ? 128 : 32;
  const length = prefix === undefined ? bits : Number(prefix);
  const isPrefix = prefix === undefined || (/^\d{1,3}$/.test(prefix) && length <= bits);
  if (isIP(address) === 0 || rest.length > 0 || !isPrefix) return undefined;
  const list = new BlockList();
  list.addSubnet(address, length, familyOf(address));
  return list;
}

function familyOf(address: string): "ipv4" | "ipv6" {
  return isIP(address) === 6 ? "ipv6" : "ipv4";
}
