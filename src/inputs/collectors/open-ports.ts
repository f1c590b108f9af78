// Collector `openports`: ports on which somebody waits (contract opsbro §4.2).
import * as z from "zod";
import { type OpenSocket, parseOpenSockets } from "../../formats/proc/net-tcp.ts";
import { defineCollector, type Reading } from "../collector.ts";

const tables = ["tcp", "tcp6", "udp", "udp6"] as const;
type Table = (typeof tables)[number];

export interface PortsSample {
  readonly sockets: ReadonlyMap<Table, readonly OpenSocket[]>;
}

/** An openly odd host has thousands of sockets; this many are told one by one. */
const detailsLimit = 1000;

export const openPorts = defineCollector({
  name: "openports",
  summary: "TCP and UDP ports on which somebody waits.",
  everyMs: 60_000,
  config: z.strictObject({}),
  leaves: {},
  async read(_config, { host }): Promise<PortsSample> {
    const sockets = new Map<Table, readonly OpenSocket[]>();
    for (const table of tables) {
      const text = (await host.text(`/proc/net/${table}`)) ?? "";
      sockets.set(table, parseOpenSockets(text, table.startsWith("tcp") ? "tcp" : "udp"));
    }
    return { sockets };
  },
  measure({ sockets }) {
    const ports = new Set([...sockets.values()].flat().map(({ port }) => port));
    return {
      ports: [...ports].sort((one, other) => one - other),
      details: { tcp: rows(sockets, ["tcp", "tcp6"]), udp: rows(sockets, ["udp", "udp6"]) },
    };
  },
});

/** As netstat shows them: UDP has no state. */
function rows(sockets: PortsSample["sockets"], wanted: readonly Table[]): readonly Reading[] {
  const all = wanted.flatMap((table) =>
    (sockets.get(table) ?? []).map(({ address, port }) => ({
      proto: table,
      source: `${address}:${port}`,
      dest: table.endsWith("6") ? ":::*" : "0.0.0.0:*",
      state: table.startsWith("tcp") ? "LISTEN" : "",
    })),
  );
  return all.slice(0, detailsLimit);
}
