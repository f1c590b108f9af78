// Spans as Graphite writes them: `-24hours`, `5min`, `1d12h`.

const daySeconds = 86_400;

/** Beginnings of units, the longer first where one begins another. */
const units: readonly (readonly [beginning: string, seconds: number])[] = [
  ["s", 1],
  ["min", 60],
  ["h", 3600],
  ["d", daySeconds],
  ["w", 7 * daySeconds],
  ["mon", 30 * daySeconds],
  ["y", 365 * daySeconds],
];

/** Seconds of a unit by its beginning: `minutes`, `min`, `hour`. Undefined when there is none. */
export function unitSeconds(text: string): number | undefined {
  return units.find(([beginning]) => text.startsWith(beginning))?.[1];
}

/** Seconds; negative with a minus in front, 0 when empty. Undefined when it is no span. */
export function parseTimeOffset(text: string): number | undefined {
  const [, sign = "", rest = ""] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  if (rest === "") return sign === "" ? 0 : undefined;
  if (rest.length > 100 || !/^(\d+[a-z]+)+$/.test(rest)) return undefined;
  let total = 0;
  for (const [, amount, unit = ""] of rest.matchAll(/(\d+)([a-z]+)/gy)) {
    const seconds = unitSeconds(unit);
    if (seconds === undefined) return undefined;
    total += Number(amount) * seconds;
  }
  if (total > 1e12) return undefined;
  return sign === "-" ? -total : total;
}
