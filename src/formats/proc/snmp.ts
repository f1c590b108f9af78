// /proc/net/snmp: for each protocol a line of names and then a line of numbers.
import { columnsOf, keyAndValue } from "./columns.ts";

/** Figures by protocol and name as the kernel writes them (`Tcp`, `CurrEstab`). Some numbers are -1. */
export function parseSnmp(text: string): ReadonlyMap<string, ReadonlyMap<string, number>> {
  const protocols = new Map<string, ReadonlyMap<string, number>>();
  let heading: { key: string; value: string } | undefined;
  for (const line of text.split("\n")) {
    const pair = keyAndValue(line);
    if (pair === undefined) continue;
    if (heading?.key === pair.key) {
      protocols.set(pair.key, paired(columnsOf(heading.value), columnsOf(pair.value)));
      heading = undefined;
    } else heading = pair;
  }
  return protocols;
}

function paired(names: readonly string[], values: readonly string[]): ReadonlyMap<string, number> {
  const figures = new Map<string, number>();
  for (const [place, name] of names.entries()) {
    const value = Number(values[place] ?? Number.NaN);
    if (Number.isFinite(value)) figures.set(name, value);
  }
  return figures;
}
