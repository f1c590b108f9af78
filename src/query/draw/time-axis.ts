// The axis of time: round moments of the zone's clocks, with the text for each.
import { type LocalTime, localTime, type TimeZone, timeOfLocal } from "../time/time-zone.ts";

export interface TimeTick {
  /** Seconds since 1970. */
  readonly timeS: number;
  readonly text: string;
}

export interface TimeSpan {
  readonly startS: number;
  readonly endS: number;
  readonly zone: TimeZone;
  /** Ticks that there is room for. */
  readonly room: number;
}

const day = 86_400;
const steps = [
  ...[1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800],
  ...[3600, 7200, 10_800, 21_600, 43_200, day, 2 * day, 7 * day, 14 * day],
];
const monthSteps = [1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200];
const tickLimit = 200;
const monthNames = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

export function timeTicks(span: TimeSpan): TimeTick[] {
  const wanted = (span.endS - span.startS) / Math.max(1, span.room);
  const step = steps.find((one) => one >= wanted);
  if (step === undefined) return monthTicks(span, wanted);
  return step < day ? clockTicks(span, step) : dayTicks(span, step / day);
}

/** Multiples of a step since the zone's midnight, as its clocks stand at each. */
function clockTicks({ startS, endS, zone }: TimeSpan, step: number): TimeTick[] {
  const ticks: TimeTick[] = [];
  let timeS = startS;
  while (ticks.length < tickLimit) {
    const offset = zone.offsetAt(timeS);
    timeS = Math.ceil((timeS + offset) / step) * step - offset;
    if (timeS > endS) break;
    ticks.push({ timeS, text: clockText(localTime(zone, timeS), step) });
    timeS += step;
  }
  return ticks;
}

function clockText({ hour, minute, second, month, day: date }: LocalTime, step: number): string {
  if (hour === 0 && minute === 0 && second === 0) return `${monthNames[month - 1]} ${date}`;
  const text = `${two(hour)}:${two(minute)}`;
  return step < 60 ? `${text}:${two(second)}` : text;
}

function dayTicks({ startS, endS, zone }: TimeSpan, days: number): TimeTick[] {
  const first = localTime(zone, startS);
  const ticks: TimeTick[] = [];
  const midnight = { hour: 0, minute: 0, second: 0 };
  for (let place = 0; ticks.length < tickLimit; place += days) {
    const timeS = timeOfLocal(zone, {
      year: first.year,
      month: first.month,
      day: first.day + place,
      ...midnight,
    });
    if (timeS > endS) break;
    const { month, day: date } = localTime(zone, timeS);
    if (timeS >= startS) ticks.push({ timeS, text: `${monthNames[month - 1]} ${date}` });
  }
  return ticks;
}

function monthTicks({ startS, endS, zone }: TimeSpan, wanted: number): TimeTick[] {
  const months = monthSteps.find((one) => one * 28 * day >= wanted) ?? 1200;
  const first = localTime(zone, startS);
  const since = Math.floor((first.year * 12 + first.month - 1) / months) * months;
  const ticks: TimeTick[] = [];
  for (let place = since; ticks.length < tickLimit; place += months) {
    const [year, month] = [Math.floor(place / 12), (place % 12) + 1];
    const timeS = timeOfLocal(zone, { year, month, day: 1, hour: 0, minute: 0, second: 0 });
    if (timeS > endS) break;
    if (timeS >= startS)
      ticks.push({ timeS, text: months < 12 ? `${monthNames[month - 1]} ${year}` : String(year) });
  }
  return ticks;
}

function two(part: number): string {
  return String(part).padStart(2, "0");
}
