// What one series of an interval becomes: opsbro's names and figures (contract opsbro §9.2), sets and distributions beside them.
import type { Metric } from "../../metric/metric.ts";
import type { Accumulator } from "./accumulator.ts";
import type { FlushTime } from "./flush-times.ts";

export interface FlushSettings {
  /** Put before the names of each kind. */
  readonly prefixes: Readonly<Record<Accumulator["kind"], string>>;
  /** In per cent, above 0 and up to 100. */
  readonly percentiles: readonly number[];
}

/** Nothing for a series without a sample. */
export function flushedSeries(
  series: Accumulator,
  settings: FlushSettings,
  { atMs: timestampMs, spanMs }: FlushTime,
): Metric[] {
  if (series.samples === 0) return [];
  const base = seriesName(settings.prefixes[series.kind], series.name);
  const { tags } = series;
  const figures = figuresOf(series, settings, spanMs);
  return figures.map(([suffix, value]) => ({ name: base + suffix, tags, value, timestampMs }));
}

export function seriesName(prefix: string, name: string): string {
  return prefix === "" ? name : `${prefix}.${name}`;
}

type Figure = readonly [suffix: string, value: number];

function figuresOf(series: Accumulator, settings: FlushSettings, spanMs: number): readonly Figure[] {
  const { count, sum, min, max } = series;
  switch (series.kind) {
    case "counter":
      return [
        [".count", sum],
        [".rate", (sum * 1000) / spanMs],
      ];
    case "gauge":
      return [
        ["", series.isChanged ? series.last : sum / count],
        [".min", min],
        [".max", max],
      ];
    case "set":
      return [[".count", series.members]];
    default:
      return timerFigures(series, settings);
  }
}

function timerFigures(series: Accumulator, { percentiles }: FlushSettings): readonly Figure[] {
  const { count, sum, min, max } = series;
  const upper = percentiles.flatMap((percentile): Figure[] => {
    const value = series.quantile(percentile / 100);
    const word = String(percentile).replace(".", "_");
    return [
      [`.upper_${word}`, value],
      [`.sum_${word}`, series.sumUpTo(value)],
    ];
  });
  return [
    [".mean", sum / count],
    ...upper,
    [".std", series.deviation],
    [".count", count],
    [".sum", sum],
    [".median", series.quantile(0.5)],
    [".upper", max],
    [".lower", min],
  ];
}
