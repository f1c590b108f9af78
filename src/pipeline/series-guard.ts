// The cardinality guard: so many series for each source, what is beyond is counted in one series, and who makes them is told.

import { ownText } from "../kernel/own-text.ts";
import type { Pace } from "../kernel/pace.ts";
import { type Batch, type Metric, type Origin, origins } from "../metric/metric.ts";
import { seriesKey } from "../metric/series.ts";
import { Generations } from "./generations.ts";
import { TopCounts } from "./top-counts.ts";

/** A share of a source's series. */
export interface Share {
  readonly name: string;
  readonly count: number;
}

export interface SourceReport {
  readonly source: Origin;
  readonly limit: number;
  /** Series that had a metric of late. */
  readonly series: number;
  /** Metrics since the start for which there was no room. */
  readonly overflow: number;
  /** Families (the first two parts of a name) with the most series. */
  readonly families: readonly Share[];
  /** Tags with the most values. */
  readonly tags: readonly Share[];
  /** Families with the most metrics that found no room. */
  readonly refused: readonly Share[];
}

interface Source {
  readonly limit: number;
  readonly series: Generations<true>;
  readonly refused: TopCounts;
  overflow: number;
  told: number;
}

const familiesCounted = 200;

export class SeriesGuard {
  readonly #sources: ReadonlyMap<Origin, Source>;

  constructor(limitOf: (origin: Origin) => number) {
    this.#sources = new Map(
      origins.map((origin) => {
        const limit = limitOf(origin);
        const series = new Generations<true>(limit);
        return [origin, { limit, series, refused: new TopCounts(familiesCounted), overflow: 0, told: 0 }];
      }),
    );
  }

  /** What there is room for; the same batch when that is all of it. */
  admit(batch: Batch): Batch | undefined {
    const source = this.#sources.get(batch.origin);
    if (source === undefined) return batch;
    let admitted: Metric[] | undefined;
    batch.metrics.forEach((metric, place) => {
      if (isAdmitted(source, metric, batch.host)) admitted?.push(metric);
      else admitted ??= batch.metrics.slice(0, place);
    });
    if (admitted === undefined) return batch;
    return admitted.length === 0 ? undefined : { ...batch, metrics: admitted };
  }

  /** The overflow bucket: metrics of each source that found no room since it was asked for last. */
  takeOverflow(timestampMs: number): Batch | undefined {
    const metrics: Metric[] = [];
    for (const [origin, source] of this.#sources) {
      const value = source.overflow - source.told;
      source.told = source.overflow;
      if (value > 0)
        metrics.push({ name: "yagura.series_overflow", tags: { source: origin }, value, timestampMs });
    }
    if (metrics.length === 0) return undefined;
    return { origin: "collectors", collector: "yagura.series_overflow", host: "", timestampMs, metrics };
  }

  /** Forgets series that have been silent. */
  turn(): void {
    for (const { series } of this.#sources.values()) series.turn();
  }

  /** Series and overflow of every source that has any, with so many shares of each kind. */
  async reports(shares: number, pace: Pace): Promise<SourceReport[]> {
    const reports: SourceReport[] = [];
    for (const [source, { limit, series, overflow, refused }] of this.#sources) {
      if (series.size === 0 && overflow === 0) continue;
      const facts = { source, limit, series: series.size, overflow, refused: refused.top(shares) };
      reports.push({ ...facts, ...(await sharesOf(series.keys(), shares, pace)) });
    }
    return reports;
  }
}

function isAdmitted(source: Source, metric: Metric, host: string): boolean {
  const key = host === "" ? seriesKey(metric) : `${seriesKey(metric)};host=${host}`;
  if (source.series.get(key) !== undefined || source.series.set(ownText(key), true)) return true;
  source.overflow += 1;
  source.refused.add(ownText(familyOf(metric.name)));
  return false;
}

/** The first two parts of a name. */
function familyOf(name: string): string {
  const first = name.indexOf(".");
  const second = first < 0 ? -1 : name.indexOf(".", first + 1);
  return second < 0 ? name : name.slice(0, second);
}

async function sharesOf(
  keys: Iterable<string>,
  atMost: number,
  pace: Pace,
): Promise<Pick<SourceReport, "families" | "tags">> {
  const families = new Map<string, number>();
  const values = new Map<string, Set<string>>();
  for (const key of keys) {
    countKey(key, families, values);
    if (pace.isDue) await pace.yield();
  }
  const tags = [...values].map(([name, { size }]) => [name, size] as const);
  return { families: largest(families, atMost), tags: largest(tags, atMost) };
}

function countKey(key: string, families: Map<string, number>, values: Map<string, Set<string>>): void {
  const [name = "", ...tags] = key.split(";");
  const family = familyOf(name);
  families.set(family, (families.get(family) ?? 0) + 1);
  for (const tag of tags) {
    const equals = tag.indexOf("=");
    const known = values.get(tag.slice(0, equals)) ?? new Set();
    values.set(tag.slice(0, equals), known.add(tag.slice(equals + 1)));
  }
}

function largest(counts: Iterable<readonly [string, number]>, atMost: number): Share[] {
  return [...counts]
    .map(([name, count]) => ({ name, count }))
    .sort((one, other) => other.count - one.count || (one.name < other.name ? -1 : 1))
    .slice(0, atMost);
}
