// Times as Graphite takes them, after at(1): `now-1h`, `midnight`, `8:50_20260131`, `01/31/26`, `monday`, epoch seconds.
import { parseTimeOffset } from "./time-offset.ts";
import { type LocalTime, localTime, type TimeZone, timeOfLocal } from "./time-zone.ts";

export interface Moment {
  readonly zone: TimeZone;
  /** Seconds since 1970; what `now` means. */
  readonly nowS: number;
}

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const weekdays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const limitS = 1e12;

/** Seconds since 1970, or undefined when the text says no time. Blanks, commas and underscores are passed over. */
export function parseAtTime(text: string, moment: Moment): number | undefined {
  if (text.length > 100) return undefined;
  const plain = text.toLowerCase().replace(/[\s_,]/g, "");
  if (/^\d+$/.test(plain) && !isDate(plain)) return within(Number(plain));
  const sign = plain.includes("+") ? plain.indexOf("+") : plain.indexOf("-");
  const reference = parseReference(sign < 0 ? plain : plain.slice(0, sign), moment);
  // Nothing behind a sign is nothing, as in graphite-web.
  const offset = sign < 0 || sign === plain.length - 1 ? 0 : parseTimeOffset(plain.slice(sign));
  return reference === undefined || offset === undefined ? undefined : within(reference + offset);
}

function isDate(digits: string): boolean {
  const number = (from: number, to: number) => Number(digits.slice(from, to));
  return digits.length === 8 && number(0, 4) > 1900 && number(4, 6) < 13 && number(6, 8) < 32;
}

function within(timeS: number): number | undefined {
  return Number.isFinite(timeS) && Math.abs(timeS) <= limitS ? timeS : undefined;
}

function parseReference(text: string, moment: Moment): number | undefined {
  if (text === "" || text === "now") return moment.nowS;
  const { hour, minute, rest } = timeOfDay(text);
  if (hour > 23 || minute > 59) return undefined;
  const date = dateOf(rest, localTime(moment.zone, moment.nowS));
  return date === undefined ? undefined : timeOfLocal(moment.zone, { ...date, hour, minute, second: 0 });
}

interface TimeOfDay {
  readonly hour: number;
  readonly minute: number;
  readonly rest: string;
}

const namedTimes = { noon: 12, midnight: 0, teatime: 16 } as const;

function timeOfDay(text: string): TimeOfDay {
  const [all = "", hours, minutes = "0", half] = /^(\d{1,2})(?::(\d{1,2}))?(am|pm)?/.exec(text) ?? [];
  if (hours !== undefined && (all.includes(":") || half !== undefined)) {
    const hour = half === "pm" ? (Number(hours) + 12) % 24 : Number(hours);
    return { hour, minute: Number(minutes), rest: text.slice(all.length) };
  }
  for (const [name, hour] of Object.entries(namedTimes)) {
    if (text.startsWith(name)) return { hour, minute: 0, rest: text.slice(name.length) };
  }
  return { hour: 0, minute: 0, rest: text };
}

type CalendarDay = Pick<LocalTime, "year" | "month" | "day">;

/** The day that is meant, seen from today. Days outside of the month are meant where they lie before or behind today. */
function dateOf(text: string, today: LocalTime): CalendarDay | undefined {
  const { year, month, day, weekday } = today;
  if (text === "" || text === "today") return { year, month, day };
  if (text === "yesterday") return { year, month, day: day - 1 };
  if (text === "tomorrow") return { year, month, day: day + 1 };
  const slashed = /^(\d{1,2})\/(\d{1,2})\/(\d{1,4})$/.exec(text);
  if (slashed !== null) return existing(fullYear(Number(slashed[3])), Number(slashed[1]), Number(slashed[2]));
  const digits = /^(\d{4})(\d\d)(\d\d)$/.exec(text);
  if (digits !== null) return existing(Number(digits[1]), Number(digits[2]), Number(digits[3]));
  const named = months.indexOf(text.slice(0, 3));
  if (named >= 0) {
    const dayOfMonth = /\d{1,2}$/.exec(text)?.[0];
    return dayOfMonth === undefined ? undefined : existing(year, named + 1, Number(dayOfMonth));
  }
  const wanted = weekdays.indexOf(text.slice(0, 3));
  return wanted < 0 ? undefined : { year, month, day: day - ((weekday - wanted + 7) % 7) };
}

function fullYear(year: number): number {
  if (year >= 1970) return year;
  const inCentury = year < 1900 ? year + 1900 : year;
  return inCentury < 1970 ? inCentury + 100 : inCentury;
}

function existing(year: number, month: number, day: number): CalendarDay | undefined {
  const last = new Date(Date.UTC(2000, month, 0));
  last.setUTCFullYear(year, month, 0);
  return month >= 1 && month <= 12 && day >= 1 && day <= last.getUTCDate() && year >= 1
    ? { year, month, day }
    : undefined;
}
