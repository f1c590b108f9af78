// Functions that look at another time.

import { eachSeries } from "../calculation/each.ts";
import { refusal, shown } from "../fault.ts";
import { type Call, defineFunction, seriesList } from "../function.ts";
import type { Series } from "../series.ts";
import { parseAtTime } from "../time/at-time.ts";
import { parseTimeOffset } from "../time/time-offset.ts";

const suggestions = ["1h", "6h", "12h", "1d", "2d", "7d", "14d", "30d"] as const;
const stackLimit = 1000;

/** Seconds of a shift; into the past where no sign says otherwise. */
function shiftOf(text: string): { readonly text: string; readonly seconds: number } {
  const signed = /^\d/.test(text) ? `-${text}` : text;
  return { text: signed, seconds: parseTimeOffset(signed) ?? 0 };
}

/** Seconds since 1970 of a time in an argument. */
export function timeArgument(text: string, name: string, { context }: Call): number {
  const timeS = parseAtTime(text, context);
  if (timeS === undefined) throw refusal(`${name}(): ${shown(text)} is no time`);
  return Math.floor(timeS);
}

/** What the clocks were changed by between a time and the shifted one, when both its ends agree. */
function changeOfClocks(seconds: number, { context }: Call): number {
  const { zone, startS, endS } = context;
  const change = (timeS: number) => zone.offsetAt(timeS) - zone.offsetAt(timeS + seconds);
  return change(startS) === change(endS) ? change(startS) : 0;
}

export const shiftFunctions = [
  defineFunction({
    name: "timeShift",
    group: "Transform",
    summary: "The series of another time, drawn in this one.",
    params: [
      seriesList,
      { name: "timeShift", type: "interval", required: true, suggestions },
      { name: "resetEnd", type: "boolean", default: true },
      { name: "alignDst", type: "boolean", default: false },
    ],
    async apply({ seriesList: list, timeShift, resetEnd, alignDst }, call) {
      const { text, seconds } = shiftOf(timeShift);
      const [first] = list;
      if (first === undefined) return [];
      const by = seconds + (alignDst ? changeOfClocks(seconds, call) : 0);
      const { startS, endS } = call.context;
      const shifted = await call.again({ startS: startS + by, endS: endS + by });
      return shifted.map((series) => ({
        ...series,
        name: `timeShift(${series.name}, "${text}")`,
        start: first.start,
        end: resetEnd ? first.end : series.end - series.start + first.start,
        tags: { ...series.tags, timeShift: text },
      }));
    },
  }),
  defineFunction({
    name: "timeStack",
    group: "Transform",
    summary: "The series of several times, each so much earlier than the one before, drawn in this one.",
    params: [
      seriesList,
      { name: "timeShiftUnit", type: "interval", default: "1d", suggestions },
      { name: "timeShiftStart", type: "integer", default: 0 },
      { name: "timeShiftEnd", type: "integer", default: 7 },
    ],
    async apply({ seriesList: list, timeShiftUnit, timeShiftStart, timeShiftEnd }, call) {
      const { text, seconds } = shiftOf(timeShiftUnit);
      const [first] = list;
      if (first === undefined) return [];
      if (timeShiftEnd - timeShiftStart > stackLimit)
        throw refusal(`timeStack(): more than ${stackLimit} times`);
      const { startS, endS } = call.context;
      const results: Series[] = [];
      for (let shift = timeShiftStart; shift < timeShiftEnd; shift += 1) {
        const by = seconds * shift;
        for (const series of await call.again({ startS: startS + by, endS: endS + by })) {
          const name = `timeShift(${series.name}, ${text}, ${shift})`;
          const tags = { ...series.tags, timeShiftUnit: text, timeShift: String(shift) };
          results.push({ ...series, name, pathExpression: name, start: first.start, end: first.end, tags });
        }
      }
      return results;
    },
  }),
  defineFunction({
    name: "timeSlice",
    group: "Transform",
    summary: "None for values before and behind a time.",
    params: [
      seriesList,
      { name: "startSliceAt", type: "date", required: true },
      { name: "endSliceAt", type: "date", default: "now" },
    ],
    apply({ seriesList: list, startSliceAt, endSliceAt }, call) {
      const start = timeArgument(startSliceAt, "timeSlice", call);
      const end = timeArgument(endSliceAt, "timeSlice", call);
      const from = Math.floor(call.context.startS);
      return eachSeries(list, call, (series) => {
        const values = series.values.map((value, place) => {
          const timeS = from + place * series.step;
          return timeS < start || timeS > end ? Number.NaN : value;
        });
        const tags = { ...series.tags, timeSliceStart: String(start), timeSliceEnd: String(end) };
        return { ...series, name: `timeSlice(${series.name}, ${start}, ${end})`, values, tags };
      });
    },
  }),
];
