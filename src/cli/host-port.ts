// `host`, `host:port` and `[IPv6]:port` as the proxy lists write them (contract happo §9.1).

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

export const defaultPort = 6777;

/** The port is 6777 where none is written. An IPv6 address may stand alone without brackets. */
export function parseHostPort(text: string): HostPort {
  const bracketed = /^\[([^\]]*)\](?::(\d+))?$/.exec(text);
  if (bracketed !== null) return { host: bracketed[1] ?? "", port: portOf(bracketed[2]) };
  const parts = text.split(":");
  if (parts.length > 2) return { host: text, port: defaultPort };
  return { host: parts[0] ?? "", port: portOf(parts[1]) };
}

/** The opposite; IPv6 addresses get their brackets. */
export function formatHostPort({ host, port }: HostPort): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

function portOf(text: string | undefined): number {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : defaultPort;
}
