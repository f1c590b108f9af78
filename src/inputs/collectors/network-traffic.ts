// Collector `networktraffic`: what went through the network interfaces, loopback left out (contract opsbro §4.2).
import * as z from "zod";
import {
  type InterfaceCounters,
  parseNetDev,
  receiveColumns,
  transmitColumns,
} from "../../formats/proc/net-dev.ts";
import { defineCollector, type LeafFacts, type Reading } from "../collector.ts";
import { growths, knownOf, perSecond, readingOfEach } from "./measuring/rate.ts";

export interface NetworkSample {
  readonly interfaces: ReadonlyMap<string, InterfaceCounters>;
}

const perSecondColumns = ["bytes", "packets"] as const;

export const networkTraffic = defineCollector({
  name: "networktraffic",
  summary: "What went through the network interfaces.",
  config: z.strictObject({}),
  instances: ["interface"],
  leaves: {
    ...leavesOf("recv", "received", receiveColumns),
    ...leavesOf("trans", "sent", transmitColumns),
    "recv_bytes/s": { help: "Bytes received", unit: "bytes-per-second" },
    "trans_bytes/s": { help: "Bytes sent", unit: "bytes-per-second" },
    "recv_packets/s": { help: "Packets received", unit: "per-second" },
    "trans_packets/s": { help: "Packets sent", unit: "per-second" },
  },
  async read(_config, { host }): Promise<NetworkSample | { notEligible: string }> {
    const text = await host.text("/proc/net/dev");
    if (text === undefined) return { notEligible: "there is no /proc/net/dev" };
    return { interfaces: new Map([...parseNetDev(text)].filter(([name]) => name !== "lo")) };
  },
  measure({ interfaces }, earlier) {
    if (earlier === undefined) return undefined;
    return readingOfEach(interfaces, (now, name) => {
      const before = earlier.sample.interfaces.get(name);
      const grown = before === undefined ? undefined : grownInterface(now, before);
      return grown === undefined ? undefined : traffic(grown, earlier.elapsedMs);
    });
  },
});

/** NaN for a counter that went back; undefined when all did, as they do when a driver starts anew. */
export function grownInterface(
  now: InterfaceCounters,
  before: InterfaceCounters,
): InterfaceCounters | undefined {
  const receive = growths(now.receive, before.receive);
  const transmit = growths(now.transmit, before.transmit);
  return receive === undefined || transmit === undefined ? undefined : { receive, transmit };
}

function traffic({ receive, transmit }: InterfaceCounters, elapsedMs: number): Reading {
  const reading: Record<string, number> = {};
  for (const column of receiveColumns) reading[`recv_${column}`] = receive[column];
  for (const column of transmitColumns) reading[`trans_${column}`] = transmit[column];
  for (const column of perSecondColumns) {
    reading[`recv_${column}/s`] = perSecond(receive[column], elapsedMs);
    reading[`trans_${column}/s`] = perSecond(transmit[column], elapsedMs);
  }
  return knownOf(reading);
}

function leavesOf(prefix: string, done: string, columns: readonly string[]): Record<string, LeafFacts> {
  return Object.fromEntries(
    columns.map((column) => [
      `${prefix}_${column}`,
      column === "bytes"
        ? { help: `Bytes ${done} since the last reading`, unit: "bytes" }
        : { help: `The kernel's count of ${column} among what was ${done} since the last reading` },
    ]),
  );
}
