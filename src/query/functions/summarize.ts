// Functions that make one value of all in an interval.
import { aggregation } from "../aggregation.ts";
import { eachSeries } from "../calculation/each.ts";
import { refusal } from "../fault.ts";
import { type Call, defineFunction, seriesList } from "../function.ts";
import { derived, type Series } from "../series.ts";
import { parseTimeOffset, unitSeconds } from "../time/time-offset.ts";
import { beginningOfUnit } from "../time/unit-beginning.ts";

const interval = {
  name: "intervalString",
  type: "interval",
  required: true,
  suggestions: ["10min", "1h", "1d"],
} as const;
const func = { name: "func", type: "aggFunc", default: "sum" } as const;

/** Seconds of an interval, 1 or more. */
function secondsOf(text: string): number {
  const seconds = parseTimeOffset(text) ?? 0;
  if (seconds < 1) throw refusal(`the interval ${JSON.stringify(text)} must be a second or more`);
  return seconds;
}

interface Span {
  readonly start: number;
  readonly end: number;
  readonly interval: number;
}

interface Summary {
  readonly values: Float64Array;
  /** Seconds since 1970: the end of the last interval. */
  readonly end: number;
}

function summary(
  series: Series,
  { start, end, interval: width }: Span,
  { name, call }: { readonly name: string; readonly call: Call },
): Summary {
  const unite = aggregation(name);
  const { values, step } = series;
  const count = Math.max(0, Math.ceil((end - start) / width));
  const results = call.context.work.room(count);
  const places = Math.min(values.length, placeAt(series, series.end));
  for (let index = 0; index < count; index += 1) {
    const from = start + index * width;
    const first = Math.min(places, placeAt(series, from));
    const inside = values.subarray(first, Math.max(first, Math.min(places, placeAt(series, from + width))));
    const present = presentIn(inside);
    if (present > 0 && present / (width / step) >= series.xFilesFactor) results[index] = unite(inside);
  }
  return { values: results, end: start + count * width };
}

/** The first place at this time or behind it. */
function placeAt({ start, step }: Series, timeS: number): number {
  return Math.max(0, Math.ceil((timeS - start) / step));
}

function presentIn(values: Float64Array): number {
  let count = 0;
  for (const value of values) if (!Number.isNaN(value)) count += 1;
  return count;
}

interface Hits {
  readonly start: number;
  readonly interval: number;
}

/** Each value as a rate that lasts a step, shared out to the intervals that the step touches. */
function hits(series: Series, { start, interval: width }: Hits, results: Float64Array): void {
  const count = results.length;
  const add = (index: number, amount: number) => {
    if (index < 0 || index >= count) return;
    const before = results[index] ?? Number.NaN;
    results[index] = !Number.isNaN(before) ? before + amount : amount;
  };
  for (const [place, value] of series.values.entries()) {
    if (Number.isNaN(value)) continue;
    const from = series.start + place * series.step - start;
    const until = Math.min(from + series.step, count * width);
    const first = Math.floor(from / width);
    const last = Math.min(Math.floor(until / width), count - 1);
    const overLast = until - last * width;
    if (first === last) {
      add(first, value * (until - from));
      continue;
    }
    add(first, value * ((first + 1) * width - from));
    for (let index = Math.max(0, first + 1); index < last; index += 1) add(index, value * width);
    if (overLast > 0) add(last, value * overLast);
  }
}

/** The unit that an interval is made of, for where it begins. */
function unitOf(seconds: number): string {
  if (seconds >= 86_400) return "days";
  if (seconds >= 3600) return "hours";
  return seconds >= 60 ? "minutes" : "seconds";
}

async function hitCount(
  list: readonly Series[],
  { text, aligned }: { text: string; aligned: boolean },
  call: Call,
) {
  const width = secondsOf(text);
  let given = list;
  if (aligned) {
    const unit = unitOf(width);
    const { startS, zone } = call.context;
    given = (await call.again({ startS: beginningOfUnit(unit, startS, zone) })).map((series) => {
      const count = Math.floor((series.end - series.start) / width);
      return { ...series, end: series.start + count * width + width };
    });
  }
  return await eachSeries(given, call, (series) => {
    const count = Math.max(0, Math.ceil((series.end - series.start) / width));
    const start = series.end - count * width;
    const values = call.context.work.room(count);
    hits(series, { start, interval: width }, values);
    const name = `hitcount(${series.name}, "${text}"${aligned ? ", true" : ""})`;
    return derived(series, { name, start, step: width, values, tags: { ...series.tags, hitcount: text } });
  });
}

export const summarizeFunctions = [
  defineFunction({
    name: "summarize",
    group: "Transform",
    summary:
      "One value for each interval; intervals begin at whole ones since 1970, or with the time asked for.",
    unites: "func",
    params: [seriesList, interval, func, { name: "alignToFrom", type: "boolean", default: false }],
    apply({ seriesList: list, intervalString, func: name, alignToFrom }, call) {
      const width = secondsOf(intervalString);
      return eachSeries(list, call, (series) => {
        const start = alignToFrom ? series.start : series.start - (series.start % width);
        const until = alignToFrom ? series.end : series.end - (series.end % width) + width;
        const { values, end } = summary(series, { start, end: until, interval: width }, { name, call });
        const suffix = alignToFrom ? ", true" : "";
        return derived(series, {
          name: `summarize(${series.name}, "${intervalString}", "${name}"${suffix})`,
          start,
          end: alignToFrom ? end : until,
          step: width,
          values,
          tags: { ...series.tags, summarize: intervalString, summarizeFunction: name },
        });
      });
    },
  }),
  defineFunction({
    name: "smartSummarize",
    group: "Transform",
    summary:
      "One value for each interval, from the time asked for on, or from the beginning of its hour, day or week.",
    unites: "func",
    params: [seriesList, interval, func, { name: "alignTo", type: "string" }],
    async apply({ seriesList: list, intervalString, func: name, alignTo }, call) {
      const width = secondsOf(intervalString);
      const isUnit = alignTo !== undefined && !["true", "false"].includes(alignTo);
      if (isUnit && unitSeconds(alignTo) === undefined) {
        throw refusal(
          `smartSummarize(): the parameter alignTo must be a unit such as "hours", not ${alignTo}`,
        );
      }
      const { startS, zone } = call.context;
      const given = isUnit ? await call.again({ startS: beginningOfUnit(alignTo, startS, zone) }) : list;
      return await eachSeries(given, call, (series) => {
        const { start, end: until } = series;
        const { values, end } = summary(series, { start, end: until, interval: width }, { name, call });
        return derived(series, {
          name: `smartSummarize(${series.name}, "${intervalString}", "${name}")`,
          end,
          step: width,
          values,
          tags: { ...series.tags, smartSummarize: intervalString, smartSummarizeFunction: name },
        });
      });
    },
  }),
  defineFunction({
    name: "hitcount",
    group: "Transform",
    summary: "How many there were in each interval, of values that are rates in each second.",
    params: [seriesList, interval, { name: "alignToInterval", type: "boolean", default: false }],
    apply: ({ seriesList: list, intervalString, alignToInterval }, call) =>
      hitCount(list, { text: intervalString, aligned: alignToInterval }, call),
  }),
];
