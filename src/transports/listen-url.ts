// "udp://127.0.0.1:8125" → where to listen.
import * as z from "zod";

export interface UdpUrl {
  readonly protocol: "udp";
  readonly host: string;
  readonly port: number;
}

export interface TcpUrl {
  readonly protocol: "tcp";
  readonly host: string;
  readonly port: number;
}

export interface UnixUrl {
  readonly protocol: "unix";
  readonly path: string;
}

export type ListenUrl = UdpUrl | TcpUrl | UnixUrl;

/** Undefined for what is none. An empty host stands for every address of the machine. */
function parseListenUrl(text: string): ListenUrl | undefined {
  const unix = /^unix:\/\/(\/.{1,100})$/.exec(text)?.[1];
  if (unix !== undefined) return { protocol: "unix", path: unix };
  const match = /^(udp|tcp):\/\/(?:\[([0-9A-Fa-f:.]+)\]|([^[\]:/\s]*)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[4]);
  if (match === null || port > 65_535) return undefined;
  const host = match[2] ?? match[3] ?? "";
  return { protocol: match[1] === "udp" ? "udp" : "tcp", host: host === "" ? "::" : host, port };
}

/** `udp://host:port` and the like, of the protocols that are named. */
export function listenUrl(protocols: readonly ListenUrl["protocol"][]) {
  const expected = `expected ${protocols.map((one) => (one === "unix" ? "unix:///path" : `${one}://host:port`)).join(" or ")}`;
  return z
    .string({ error: expected })
    .meta({
      examples: protocols.map((one) => (one === "unix" ? "unix:///run/x.sock" : `${one}://127.0.0.1:8125`)),
    })
    .transform((text, context) => {
      const parsed = parseListenUrl(text);
      if (parsed !== undefined && protocols.includes(parsed.protocol)) return parsed;
      context.issues.push({ code: "custom", message: expected, input: text });
      return z.NEVER;
    });
}
