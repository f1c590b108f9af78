// One entry of proxy_hostport → where to go (contract happo §9.1).
import { isIP } from "node:net";
import { AgentError } from "../../kernel/errors.ts";

export interface Hop {
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
  if (bracketed !== null && isIP(bracketed[1] ?? "") === 6) {
    return { host: bracketed[1] ?? "", port: portOf(bracketed[2]) };
  }
  const [host = "", port, ...more] = entry.split(":");
  if (!/^[\w.-]{1,253}$/.test(host)) {
    throw new AgentError("body.invalid", {
      reason: `proxy_hostport: ${JSON.stringify(entry)} names no host`,
    });
  }
  return { host, port: more.length > 0 ? defaultPort : portOf(port) };
}

/** Throws `body.invalid` where the request type makes no address. */
export function hopUrl({ host, port }: Hop, requestType: string): URL {
  const text = `https://${isIP(host) === 6 ? `[${host}]` : host}:${port}/${requestType}`;
  if (!URL.canParse(text)) throw new AgentError("body.invalid", { reason: `${text} is no address` });
  return new URL(text);
}

function portOf(text: string | undefined): number {
  const port = /^\d{1,5}$/.test(text ?? "") ? Number(text) : defaultPort;
  return port <= 65_535 ? port : defaultPort;
}
