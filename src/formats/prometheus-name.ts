// Names for Prometheus of what our own collectors measure: in its characters, in snake case, with base units written out.
import type { Unit } from "../metric/unit.ts";
import { units } from "../metric/unit.ts";

/** Endings that belong to counters, histograms and summaries. */
const reservedEnding = /_(?:total|sum|count|bucket|info)$/;

/** Short forms of units, which say too little; other forms of them are what is read out. */
const abbreviations = new Map([
  ["s", "secs"],
  ["ms", "msec"],
  ["us", "usec"],
  ["ns", "nsec"],
  ["sec", "secs"],
  ["b", "octets"],
  ["kb", "kbyte"],
  ["mb", "mbyte"],
  ["gb", "gbyte"],
  ["tb", "tbyte"],
  ["pb", "pbyte"],
  ["m", "meg"],
  ["h", "hr"],
  ["d", "dy"],
]);

/** The words of a name: `%idle` is idle, `reads/s` is reads, `camelCase` is two words, everything else ends a word. */
function wordsOf(name: string): string[] {
  return name
    .replace(/\/s$/, "")
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
}

/** A gauge's name, without and with its unit: `cpustats.%idle` in percent is `cpustats_idle_percent`. */
export function prometheusGaugeName(name: string, unit: Unit = "count"): string {
  const suffix = units[unit].suffix;
  const words = withoutUnit(wordsOf(name), suffix).map((word) => spelledOut(word));
  const joined = [...words, ...(suffix === "" ? [] : [suffix])]
    .join("_")
    .replace(/_+/g, "_")
    .replace(/_$/, "");
  const ended = reservedEnding.test(joined) ? `${joined}_now` : joined;
  return /^[a-z]/.test(ended) ? ended : `_${ended}`;
}

/** What the unit says already is not said twice: `read_bytes/s`, `pct_used`, `await_ms`. */
function withoutUnit(words: string[], suffix: string): string[] {
  const said = saidBy[suffix.split("_", 1)[0] ?? ""] ?? [];
  const kept = words.filter((word, place) => place === 0 || !said.includes(word));
  return kept.length > 1 || words.length < 2 ? kept : words;
}

const saidBy: Readonly<Record<string, readonly string[]>> = {
  percent: ["percent", "pct"],
  bytes: ["bytes", "kb", "mb"],
  seconds: ["seconds", "ms", "s"],
  bits: ["bits"],
};

function spelledOut(word: string): string {
  return abbreviations.get(word) ?? word;
}
