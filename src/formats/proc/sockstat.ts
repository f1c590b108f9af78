// /proc/net/sockstat and sockstat6: a line for each protocol, names and numbers in turn.
import { columnsOf, counterOf, keyAndValue } from "./columns.ts";

/** Figures by protocol in lower case (`sockets`, `tcp`, `udp6`), then by name. */
export type SocketFigures = ReadonlyMap<string, ReadonlyMap<string, number>>;

export function parseSockstat(text: string): SocketFigures {
  const protocols = new Map<string, ReadonlyMap<string, number>>();
  for (const line of text.split("\n")) {
    const pair = keyAndValue(line);
    if (pair === undefined || pair.key === "") continue;
    const figures = pairsOf(columnsOf(pair.value));
    if (figures.size > 0) protocols.set(pair.key.toLowerCase(), figures);
  }
  return protocols;
}

function pairsOf(words: readonly string[]): ReadonlyMap<string, number> {
  const figures = new Map<string, number>();
  for (let place = 0; place + 1 < words.length; place += 2) {
    const value = counterOf(words[place + 1]);
    if (value !== undefined) figures.set(words[place] ?? "", value);
  }
  return figures;
}
