// Where a unit of time began: minutes and hours as the clocks ran on, days and longer units at their midnights.
import { unitSeconds } from "./time-offset.ts";
import { beginningOfDay, localTime, type TimeZone } from "./time-zone.ts";

const daySeconds = 86_400;

/**
 * Seconds since 1970 where the unit (`minutes`, `h`, `weeks3`, …) that holds this moment began. Never behind the moment:
 * below a day only the clocks' offset at the moment counts, for what they show may have been there once before.
 */
export function beginningOfUnit(unit: string, timeS: number, zone: TimeZone): number {
  const seconds = unitSeconds(unit);
  if (seconds === undefined) throw new Error(`${unit} is no unit`);
  if (seconds < daySeconds) {
    const offset = zone.offsetAt(timeS);
    return Math.floor((timeS + offset) / seconds) * seconds - offset;
  }
  const { year, month, day, weekday } = localTime(zone, timeS);
  if (unit.startsWith("y")) return beginningOfDay(zone, { year, month: 1, day: 1 });
  if (unit.startsWith("mon")) return beginningOfDay(zone, { year, month, day: 1 });
  return beginningOfDay(zone, {
    year,
    month,
    day: day - (unit.startsWith("w") ? daysInto(unit, weekday) : 0),
  });
}

/** Days since the week began: on Monday, or on the day whose number (1 is Monday) ends the unit. */
function daysInto(unit: string, weekday: number): number {
  const wanted = /\d$/.test(unit) ? Number(unit.slice(-1)) : 1;
  const isoWeekday = weekday === 0 ? 7 : weekday;
  return (((isoWeekday - wanted) % 7) + 7) % 7;
}
