// Collector `sockets`: how many sockets there are of which protocol.
import * as z from "zod";
import { parseSnmp } from "../../formats/proc/snmp.ts";
import { parseSockstat, type SocketFigures } from "../../formats/proc/sockstat.ts";
import { defineCollector } from "../collector.ts";

export interface SocketSample {
  readonly figures: SocketFigures;
  /** TCP connections that stand, over IPv4 and IPv6. */
  readonly established: number | undefined;
}

export const sockets = defineCollector({
  name: "sockets",
  summary: "How many sockets are open.",
  config: z.strictObject({}),
  leaves: {
    "*": { help: "Sockets of this protocol in this state" },
    "sockets.used": { help: "Sockets of all kinds" },
    "tcp.inuse": { help: "TCP sockets over IPv4 that wait or are connected" },
    "tcp.orphan": { help: "TCP sockets that no process holds any more" },
    "tcp.tw": { help: "TCP sockets that are closed and wait for late packets" },
    "tcp.alloc": { help: "TCP sockets in any state" },
    "tcp.mem": { help: "Memory of TCP sockets, in pages" },
    "tcp.established": { help: "TCP connections that stand" },
    "tcp6.inuse": { help: "TCP sockets over IPv6 that wait or are connected" },
    "udp.inuse": { help: "UDP sockets over IPv4" },
    "udp.mem": { help: "Memory of UDP sockets, in pages" },
    "udp6.inuse": { help: "UDP sockets over IPv6" },
    "frag.memory": { help: "Memory of packets whose parts are not all there", unit: "bytes" },
    "frag6.memory": { help: "Memory of IPv6 packets whose parts are not all there", unit: "bytes" },
  },
  async read(_config, { host }): Promise<SocketSample | { notEligible: string }> {
    const text = await host.text("/proc/net/sockstat");
    if (text === undefined) return { notEligible: "there is no /proc/net/sockstat" };
    const figures = parseSockstat(`${text}\n${(await host.text("/proc/net/sockstat6")) ?? ""}`);
    const snmp = parseSnmp((await host.text("/proc/net/snmp")) ?? "");
    return { figures, established: snmp.get("Tcp")?.get("CurrEstab") };
  },
  measure({ figures, established }) {
    const reading = Object.fromEntries(
      [...figures].map(([protocol, values]) => [protocol, Object.fromEntries(values)]),
    );
    if (established === undefined) return reading;
    return { ...reading, tcp: { ...reading["tcp"], established } };
  },
});
