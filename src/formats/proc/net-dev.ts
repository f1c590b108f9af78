// /proc/net/dev (proc(5)): counters of the network interfaces since they came up.
import { columnsOf, countersOf } from "./columns.ts";

export const receiveColumns = [
  "bytes",
  "packets",
  "errs",
  "drop",
  "fifo",
  "frame",
  "compressed",
  "multicast",
] as const;
export const transmitColumns = [
  "bytes",
  "packets",
  "errs",
  "drop",
  "fifo",
  "colls",
  "carrier",
  "compressed",
] as const;

export interface InterfaceCounters {
  readonly receive: Readonly<Record<(typeof receiveColumns)[number], number>>;
  readonly transmit: Readonly<Record<(typeof transmitColumns)[number], number>>;
}

/** By name. Old kernels put no blank behind the colon; aliases (`eth0:1`) have a colon in their names. */
export function parseNetDev(text: string): ReadonlyMap<string, InterfaceCounters> {
  const interfaces = new Map<string, InterfaceCounters>();
  for (const line of text.split("\n")) {
    const colon = line.lastIndexOf(":");
    const name = line.slice(0, Math.max(colon, 0)).trim();
    const counters = countersOf(columnsOf(line.slice(colon + 1)));
    if (name === "" || counters?.length !== receiveColumns.length + transmitColumns.length) continue;
    interfaces.set(name, {
      receive: named(receiveColumns, counters),
      transmit: named(transmitColumns, counters.slice(receiveColumns.length)),
    });
  }
  return interfaces;
}

function named<Name extends string>(names: readonly Name[], counters: readonly number[]) {
  return Object.fromEntries(names.map((name, place) => [name, counters[place] ?? 0])) as Record<Name, number>;
}
