// Local time of a zone, by the platform's own tables.

/** A moment's fields in a zone. `month` is 1 to 12, `weekday` 0 (Sunday) to 6. */
export interface LocalTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly weekday: number;
}

export interface TimeZone {
  readonly name: string;
  /** Seconds that the zone's clocks are ahead of UTC at this moment (seconds since 1970). */
  offsetAt(timeS: number): number;
}

export const utc: TimeZone = { name: "UTC", offsetAt: () => 0 };

const daySeconds = 86_400;
const remembered = 10_000;

/** Undefined when there is no zone of this name. */
export function timeZone(name: string): TimeZone | undefined {
  if (name === "" || name === "UTC") return utc;
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone: name,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
      era: "short",
    });
  } catch {
    return undefined;
  }
  const known = new Map<number, number>();
  return {
    name,
    offsetAt(timeS) {
      // Clocks change at whole quarters of an hour only.
      const quarter = Math.floor(timeS / 900);
      const found = known.get(quarter);
      if (found !== undefined) return found;
      if (known.size > remembered) known.clear();
      const offset = offsetOf(format, quarter * 900);
      known.set(quarter, offset);
      return offset;
    },
  };
}

function offsetOf(format: Intl.DateTimeFormat, timeS: number): number {
  const limitS = 8_000_000_000_000;
  if (Math.abs(timeS) > limitS) return 0;
  const parts = new Map(format.formatToParts(timeS * 1000).map(({ type, value }) => [type, value]));
  const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.get(type) ?? 0);
  const year = parts.get("era") === "BC" ? 1 - part("year") : part("year");
  return (
    secondsOf({
      year,
      month: part("month"),
      day: part("day"),
      hour: part("hour"),
      minute: part("minute"),
      second: part("second"),
    }) - timeS
  );
}

/** The fields that the zone's clocks show. */
export function localTime(zone: TimeZone, timeS: number): LocalTime {
  const shown = new Date((timeS + zone.offsetAt(timeS)) * 1000);
  return {
    year: shown.getUTCFullYear(),
    month: shown.getUTCMonth() + 1,
    day: shown.getUTCDate(),
    hour: shown.getUTCHours(),
    minute: shown.getUTCMinutes(),
    second: shown.getUTCSeconds(),
    weekday: shown.getUTCDay(),
  };
}

/**
 * Seconds since 1970 when the zone's clocks show these fields. A time that they show twice, or never, is taken as
 * standard time. Days may lie outside of the month.
 */
export function timeOfLocal(zone: TimeZone, fields: Omit<LocalTime, "weekday">): number {
  const shown = secondsOf(fields);
  const { fitting, near } = offsetsOf(zone, shown);
  return shown - Math.min(...(fitting.length > 0 ? fitting : near));
}

/**
 * Seconds since 1970 when a day began: its first midnight, or the change of the clocks that passed over it. Days may lie
 * outside of the month.
 */
export function beginningOfDay(zone: TimeZone, date: Pick<LocalTime, "year" | "month" | "day">): number {
  const shown = secondsOf({ ...date, hour: 0, minute: 0, second: 0 });
  const { fitting, near } = offsetsOf(zone, shown);
  return shown - (fitting.length > 0 ? Math.max(...fitting) : Math.min(...near));
}

interface Offsets {
  /** Those under which the clocks show the time: none, one or two. */
  readonly fitting: readonly number[];
  /** Those before and behind it. */
  readonly near: readonly number[];
}

function offsetsOf(zone: TimeZone, shown: number): Offsets {
  const near = [zone.offsetAt(shown - daySeconds), zone.offsetAt(shown + daySeconds)];
  return { near, fitting: near.filter((offset) => zone.offsetAt(shown - offset) === offset) };
}

function secondsOf({ year, month, day, hour, minute, second }: Omit<LocalTime, "weekday">): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  return date.getTime() / 1000;
}
