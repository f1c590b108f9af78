// Addresses, names, and whether somebody listens (contract opsbro §2.5).
import { BlockList, isIP } from "node:net";
import {
  ExpressionError,
  type FunctionDefinition,
  textOf,
  type Value,
} from "../../languages/expression/index.ts";
import type { FunctionHost } from "./function-host.ts";
import { addressesOf, nameOf } from "./host-names.ts";
import { canConnect } from "./tcp-connection.ts";

const group = "network";
const longestTimeoutMs = 60_000;

interface Address {
  readonly text: string;
  readonly family: "ipv4" | "ipv6";
}

function addressOf(text: string): Address {
  const bare = text.trim().replace(/%.*$/s, "");
  const version = isIP(bare);
  if (version === 0) throw new ExpressionError(`${JSON.stringify(text.slice(0, 60))} is no address`);
  return { text: bare, family: version === 4 ? "ipv4" : "ipv6" };
}

/** A network such as 10.0.0.0/8, or a single address. */
function rangeOf(text: string): BlockList {
  const [start = "", length] = text.split("/", 2);
  const { text: network, family } = addressOf(start);
  const bits = family === "ipv4" ? 32 : 128;
  const prefix = length === undefined ? bits : /^\d{1,3}$/.test(length.trim()) ? Number(length) : -1;
  if (prefix < 0 || prefix > bits)
    throw new ExpressionError(`${JSON.stringify(text.slice(0, 60))} is no network`);
  const list = new BlockList();
  list.addSubnet(network, prefix, family);
  return list;
}

/** A number from outside may come as text. */
function numberIn(
  value: Value | undefined,
  { what, from, to }: { what: string; from: number; to: number },
): number {
  const number = typeof value === "string" && /^\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : value;
  if (typeof number === "number" && number >= from && number <= to) return number;
  throw new ExpressionError(`the ${what} is a number from ${from} to ${to}`);
}

const checkTcp: FunctionDefinition<FunctionHost> = {
  name: "check_tcp",
  group,
  doc: "Whether a TCP connection to the host and port succeeds within the timeout in seconds, of which the most is 60.",
  parameters: [{ name: "host" }, { name: "port" }, { name: "timeout", fallback: 10 }],
  async call([target, portValue, timeout], host) {
    const name = textOf(target).trim();
    if (name === "" || name.includes("\0")) throw new ExpressionError("the host has no name");
    const port = numberIn(portValue, { what: "port", from: 1, to: 65_535 });
    if (!Number.isInteger(port)) throw new ExpressionError("the port is a whole number");
    const seconds = numberIn(timeout, { what: "timeout", from: 0, to: Number.MAX_VALUE });
    const timeoutMs = Math.min(seconds * 1000, longestTimeoutMs);
    return await canConnect({ name, port, timeoutMs }, host);
  },
};

export const networkFunctions: readonly FunctionDefinition<FunctionHost>[] = [
  {
    name: "ip_is_in_range",
    aliases: ["ip_in_range"],
    group,
    doc: "Whether the address is in the network, such as 192.168.0.0/16 or fd00::/8.",
    parameters: [{ name: "ip" }, { name: "range" }],
    call([ip, range]) {
      const { text, family } = addressOf(textOf(ip));
      return rangeOf(textOf(range)).check(text, family);
    },
  },
  checkTcp,
  {
    name: "ip_to_host",
    group,
    doc: "Name of the host with that address, without a dot at its end; empty when nobody knows.",
    parameters: [{ name: "ip" }],
    call: async ([ip], host) => await nameOf(textOf(ip), host),
  },
  {
    name: "host_to_ip",
    group,
    doc: "Address of the host with that name, of version 4 where it has one; empty when nobody knows.",
    parameters: [{ name: "name" }],
    async call([name], host) {
      const addresses = await addressesOf(textOf(name), host);
      return (addresses.find(({ family }) => family === 4) ?? addresses[0])?.address ?? "";
    },
  },
];
