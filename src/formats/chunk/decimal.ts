// Numbers with few decimals as whole numbers: 12.34 is 1234 at scale 2. Most of what hosts measure is of this kind.

import { createScratch } from "./scratch.ts";

/** Beyond this many decimals a number is taken as a double. */
export const scaleLimit = 6;
export const factors = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000] as const;
/** Second differences of numbers below this stay exact. */
const wholeLimit = 2 ** 50;

const scratch = createScratch();

/** The factor of a scale; 1 for what is none. */
export function factorOf(scale: number): number {
  return factors[scale] ?? 1;
}

/** The value at this scale, or undefined when it has more decimals, is too large or is -0. */
export function wholeAt(value: number, scale: number): number | undefined {
  const factor = factorOf(scale);
  const whole = Math.round(value * factor);
  // Dividing rounds correctly, so that equality here means the same bits come back.
  if (whole / factor !== value || Math.abs(whole) >= wholeLimit) return undefined;
  return whole === 0 && Object.is(value, -0) ? undefined : whole + 0;
}

/** The least scale from `least` on that holds the value; undefined when none does. */
export function scaleOf(value: number, least = 0): number | undefined {
  for (let scale = least; scale <= scaleLimit; scale += 1) {
    if (wholeAt(value, scale) !== undefined) return scale;
  }
  return undefined;
}

/** The values as whole numbers at the least scale that holds all, until the next call; undefined when none does. */
export function wholesOf(values: Float64Array): { scale: number; wholes: Float64Array } | undefined {
  let scale = 0;
  for (const value of values) {
    if (wholeAt(value, scale) !== undefined) continue;
    const larger = scaleOf(value, scale + 1);
    if (larger === undefined) return undefined;
    scale = larger;
  }
  const wholes = scratch(values.length);
  for (let place = 0; place < values.length; place += 1) {
    const whole = wholeAt(values[place] as number, scale);
    if (whole === undefined) return undefined;
    wholes[place] = whole;
  }
  return { scale, wholes };
}
