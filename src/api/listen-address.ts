// "127.0.0.1:6777" → where to listen.
import type { ListenAddress } from "../transports/https-server.ts";

/** Undefined when the text is no address. An empty host stands for every address of the machine. */
export function parseListenAddress(text: string): ListenAddress | undefined {
  const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([^[\]:\s]*)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (match === null || port > 65_535) return undefined;
  const host = match[1] ?? match[2] ?? "";
  return host === "" ? everyAddress(port) : { host, port };
}

/** Loopback alone, in both families where the machine has them. */
export function loopbackAddresses(port: number): ListenAddress[] {
  return [
    { host: "127.0.0.1", port },
    { host: "::1", port, optional: true },
  ];
}

/** One listener for both families; IPv4 alone where there is no IPv6. */
export function everyAddress(port: number): ListenAddress {
  return { host: "::", port, fallbackHost: "0.0.0.0" };
}
