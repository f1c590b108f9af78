// Points in time as people type and read them, in the local time of where the command runs.
import { parseDuration } from "../kernel/duration.ts";

const two = (part: number) => String(part).padStart(2, "0");

/** `2026-01-31 23:59:59` of Unix seconds. */
export function timeText(seconds: number): string {
  const at = new Date(seconds * 1000);
  if (Number.isNaN(at.getTime())) return "-";
  const date = [at.getFullYear(), at.getMonth() + 1, at.getDate()].map(two).join("-");
  return `${date} ${[at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(":")}`;
}

const forms = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(Z|[+-]\d\d:\d\d)?)?$/;

/**
 * Unix seconds of `2026-01-31 18:30`, with seconds and a zone where they are given, of `18:30` (the next one), of a
 * date alone (its midnight), or of Unix seconds; undefined when it is none.
 */
export function parseTime(text: string, nowMs: number): number | undefined {
  if (/^\d{9,11}(\.\d+)?$/.test(text)) return Number(text);
  const clock = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text);
  if (clock !== null) return nextClock(Number(clock[1]), Number(clock[2]), nowMs);
  const [, date = "", time = "00:00", zone = ""] = forms.exec(text) ?? [];
  if (!isDay(date)) return undefined;
  const seconds = Date.parse(`${date}T${time}${zone}`) / 1000;
  return Number.isNaN(seconds) ? undefined : seconds;
}

function nextClock(hours: number, minutes: number, nowMs: number): number {
  const at = new Date(nowMs);
  at.setHours(hours, minutes, 0, 0);
  if (at.getTime() <= nowMs) at.setDate(at.getDate() + 1);
  return at.getTime() / 1000;
}

/** The engine takes the 31st of February for a day of March. */
function isDay(date: string): boolean {
  const at = new Date(`${date}T00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(date);
}

/** Milliseconds of a duration such as `90s`, or of a bare number of seconds; undefined when it is none. */
export function parseSpan(text: string): number | undefined {
  return /^\d{1,9}(\.\d+)?$/.test(text) ? Number(text) * 1000 : parseDuration(text);
}
