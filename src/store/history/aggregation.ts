// How values of a series that fall into one place become one value, by the series' name (contract: carbon's
// storage-aggregation, with the rules that statsd's documentation gives for it).
import { wildcards } from "../../kernel/wildcard.ts";
import { parseSeriesKey } from "../../metric/series.ts";

export const aggregations = ["avg", "sum", "min", "max", "last"] as const;
export type Aggregation = (typeof aggregations)[number];

export interface AggregationRule {
  /** Names, `*` and `?` standing for any characters. */
  readonly match: readonly string[];
  readonly method: Aggregation;
}

/** The method of a series, by its key. */
export type AggregationOf = (key: string) => Aggregation;

const usualRules: readonly AggregationRule[] = [
  // Own collectors' numbers that are called like statsd's counts and are none.
  { match: ["coredumps.*", "processgroups.*"], method: "avg" },
  { match: ["*.count_ps"], method: "avg" },
  { match: ["*.count", "*.count_*", "*.sum", "*.sum_*", "stats_counts.*"], method: "sum" },
  { match: ["*.upper", "*.upper_*", "*.max"], method: "max" },
  { match: ["*.lower", "*.lower_*", "*.min"], method: "min" },
];

/** The first rule that fits counts, those given before the usual ones; the mean where none does. */
export function aggregationBy(rules: readonly AggregationRule[]): AggregationOf {
  const all = [...rules, ...usualRules].map(({ match, method }) => ({ fits: wildcards(match), method }));
  return (key) => {
    const name = nameOf(key);
    return all.find(({ fits }) => fits(name))?.method ?? "avg";
  };
}

function nameOf(key: string): string {
  if (key.includes("\\")) return parseSeriesKey(key)?.name ?? key;
  const end = key.indexOf(";");
  return end < 0 ? key : key.slice(0, end);
}
