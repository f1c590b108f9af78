// One entry of proxy_hostport → where to go (contract happo §9.1).
import { isIP } from "node:net";
import { AgentError } from "../../kernel/errors.ts";

export interface Hop {
  /** An address in its usual form, without brackets, or a name in lower case. */
  readonly host: string;
  readonly port: number;
}

const defaultPort = 6777;

/**
 * `host`, `host:port`, `[IPv6]:port`. A port that is no number counts as absent, and text with several colons as its
 * first part, as the original reads them. Throws `body.invalid` for an entry that names no host.
 */
export function parseHop(entry: string): Hop {
  const bracketed = /^\[([0-9A-Fa-f:.]+)\](?::(\d{1,5}))?$/.exec(entry);
  if (bracketed !== null && isIP(bracketed[1] ?? "") === 6)
    return { host: canonicalHost(`[${bracketed[1]}]`) ?? "", port: portOf(bracketed[2]) };
  const [text = "", port, ...more] = entry.split(":");
  const host = /^[\w.-]{1,253}$/.test(text) ? canonicalHost(text) : undefined;
  if (host === undefined)
    throw new AgentError("body.invalid", {
      reason: `proxy_hostport: ${JSON.stringify(entry.slice(0, 300))} names no host`,
    });
  return { host, port: more.length > 0 ? defaultPort : portOf(port) };
}

/**
 * A host as the resolver would read it: `127.1`, `0x7f.1`, `2130706433` and `127.0.0.1.` are all 127.0.0.1 (WHATWG URL
 * §3.5). Undefined for what is none.
 */
export function canonicalHost(text: string): string | undefined {
  if (!URL.canParse(`https://${text}/`)) return undefined;
  const { hostname } = new URL(`https://${text}/`);
  return hostname.startsWith("[") ? hostname.slice(1, -1) : hostname.replace(/\.$/, "");
}

/**
 * Where a request type leads: the path of the address is the one that is asked for, and judged. Throws `body.invalid` where
 * it makes no address, or one whose path another reader could read differently.
 */
export function hopUrl({ host, port }: Hop, requestType: string): URL {
  const text = `https://${isIP(host) === 6 ? `[${host}]` : host}:${port}/${requestType}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^[\w./~-]*$/.test(url.pathname))
    throw new AgentError("body.invalid", {
      reason: `request_type: ${JSON.stringify(requestType.slice(0, 300))} is no path of an endpoint`,
    });
  return url;
}

function portOf(text: string | undefined): number {
  const port = /^\d{1,5}$/.test(text ?? "") ? Number(text) : defaultPort;
  return port <= 65_535 ? port : defaultPort;
}
