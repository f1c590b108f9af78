// `HOST`, `HOST:PORT`, `[IPV6]:PORT` → where a collectd listens.
import { isIPv4, isIPv6 } from "node:net";

export interface ServerAddress {
  /** A name or an address, without brackets. */
  readonly host: string;
  readonly port: number;
}

const usualPort = 25_826;
const portLimit = 65_535;
const hostLimit = 253;
/** Names within a network may have underscores. */
const label = /^\w(?:[\w-]*\w)?$/;

/** Undefined for what is none: a host that no resolver takes, or a port beyond 1 to 65535. */
export function parseServerAddress(text: string): ServerAddress | undefined {
  const match = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(\d{1,5}))?$/.exec(text);
  if (match === null) return undefined;
  const [, inBrackets, plain = "", digits] = match;
  const port = digits === undefined ? usualPort : Number(digits);
  const isHost = inBrackets === undefined ? isName(plain) : isIPv6(inBrackets) && !inBrackets.includes("%");
  return isHost && port >= 1 && port <= portLimit ? { host: inBrackets ?? plain, port } : undefined;
}

/** Also of an address of four numbers. */
function isName(text: string): boolean {
  const labels = text.replace(/\.$/, "").split(".");
  // What ends in a number is taken for an address, and may be another one than it looks like.
  if (/^\d+$/.test(labels.at(-1) ?? "")) return isIPv4(text);
  return text.length <= hostLimit && labels.every((one) => one.length <= 63 && label.test(one));
}
