// The axis of values: from where to where, and which round numbers are named.
import { withUnit } from "../units.ts";

export interface ValueAxis {
  readonly least: number;
  readonly most: number;
  readonly ticks: readonly Tick[];
}

export interface Tick {
  readonly value: number;
  readonly text: string;
}

export interface AxisBounds {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  /** Areas are filled down to zero: it has to be seen. */
  readonly withZero: boolean;
  /** Ticks that there is room for. */
  readonly room: number;
  readonly system: string;
}

const roundSteps = [1, 2, 2.5, 5, 10];
const binarySteps = [1, 2, 4, 8, 16];

/** `least` and `most` are those of the values; not finite when there are none. */
export function valueAxis(least: number, most: number, bounds: AxisBounds): ValueAxis {
  const [low, high] = spanOf(least, most, bounds);
  const step = stepFor((high - low) / Math.max(1, bounds.room), bounds.system);
  const from = bounds.min ?? Math.floor(low / step + 1e-9) * step;
  const until = bounds.max ?? Math.ceil(high / step - 1e-9) * step;
  const ticks: Tick[] = [];
  for (let count = Math.ceil(from / step - 1e-9); count * step <= until + step * 1e-9; count += 1) {
    ticks.push({ value: count * step, text: tickText(count * step, step, bounds.system) });
    if (ticks.length > 100) break;
  }
  return { least: from, most: until > from ? until : from + step, ticks };
}

function spanOf(least: number, most: number, { min, max, withZero }: AxisBounds): [number, number] {
  let [low, high] = Number.isFinite(least) && Number.isFinite(most) ? [least, most] : [0, 1];
  // Values not far above zero in their own measure are shown from zero on.
  if (withZero || (low > 0 && high - low > high * 0.3)) low = Math.min(low, 0);
  if (withZero) high = Math.max(high, 0);
  low = min ?? low;
  high = max ?? high;
  if (high - low > Math.abs(high) * 1e-9) return [low, high];
  const around = Math.abs(low) * 0.1 || 1;
  if (low > 0 && min === undefined) return [low - around, low + around];
  return [low, low + around];
}

/** The smallest round step that is not below. */
function stepFor(wanted: number, system: string): number {
  const base = system === "binary" && wanted >= 1 ? 1024 : 10;
  const power = base ** Math.floor(Math.log(wanted) / Math.log(base));
  if (base === 10) return power * (roundSteps.find((step) => step * power >= wanted * (1 - 1e-9)) ?? 10);
  let step = power;
  while (step < wanted) step *= binarySteps[1] ?? 2;
  return step;
}

function tickText(value: number, step: number, system: string): string {
  if (system === "none") return withoutNoise(value, step);
  const [amount, unit] = withUnit(value, system);
  const scale = value === 0 ? 1 : Math.abs(amount / value);
  return `${withoutNoise(amount, step * scale)}${unit.replace("k", "K")}`;
}

/** Digits as far as steps differ in them. */
function withoutNoise(value: number, step: number): string {
  if (Math.abs(value) >= 1e15 || (value !== 0 && Math.abs(step) < 1e-9)) return value.toExponential(2);
  let digits = 0;
  while (digits < 9 && Math.abs(step * 10 ** digits - Math.round(step * 10 ** digits)) > 1e-6) digits += 1;
  const text = value.toFixed(digits);
  return Number(text) === 0 ? "0" : text;
}
