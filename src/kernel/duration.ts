// "10s" ↔ milliseconds: the strict form that configuration uses.

/** A year is 365 days. */
const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, y: 31_536_000_000 } as const;
type Unit = keyof typeof unitMs;

/** Milliseconds of a text such as `250ms`, `10s`, `1m30s`, `7d` or `1y`; undefined when it is none. */
export function parseDuration(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d|y))+$/.test(text)) return undefined;
  let totalMs = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d|y)/gy)) {
    totalMs += Number(amount) * unitMs[unit as Unit];
  }
  return Number.isSafeInteger(Math.round(totalMs)) ? Math.round(totalMs) : undefined;
}

/** The shortest text with one unit that means exactly `ms` milliseconds. */
export function formatDuration(ms: number): string {
  const units: Unit[] = ["d", "h", "m", "s"];
  const unit = units.find((one) => ms > 0 && ms % unitMs[one] === 0) ?? "ms";
  return `${ms / unitMs[unit]}${unit}`;
}
