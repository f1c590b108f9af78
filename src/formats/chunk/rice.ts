// Rice codes whose parameter follows what was seen: https://en.wikipedia.org/wiki/Golomb_coding.

import { type BitReader, DamagedBits } from "./bit-reader.ts";
import { type BitWriter, bitsOf } from "./bit-writer.ts";

/** From this many ones on the number follows as it is: one outlier must not cost thousands of bits. */
const escapeOnes = 20;
/** Weight of the newest number in the running mean. */
const weight = 1 / 8;
const powers = Array.from({ length: 54 }, (_, exponent) => 2 ** exponent);

/** What both sides of the code know. Only sums and products of doubles: the same bits on every machine. */
export interface RiceState {
  mean: number;
}

function parameterOf(mean: number): number {
  // Two thirds of the mean stand for its product with ln 2, the best parameter of a geometric distribution.
  const typical = mean * 0.66;
  return typical < 1 ? 0 : bitsOf(Math.floor(typical)) - 1;
}

/** Writes a whole number from 0 to 2^53 - 1. */
export function putRice(writer: BitWriter, state: RiceState, value: number): void {
  const parameter = parameterOf(state.mean);
  const quotient = Math.floor(value / (powers[parameter] as number));
  state.mean += (value - state.mean) * weight;
  if (quotient >= escapeOnes) {
    writer.put(2 ** escapeOnes - 1, escapeOnes);
    writer.putSized(value);
    return;
  }
  writer.put((2 ** quotient - 1) * 2, quotient + 1);
  writer.putWide(value - quotient * (powers[parameter] as number), parameter);
}

/** The next number. */
export function getRice(reader: BitReader, state: RiceState): number {
  const parameter = parameterOf(state.mean);
  const quotient = reader.countOnes(escapeOnes);
  let value: number;
  if (quotient === escapeOnes) value = reader.getSized();
  else {
    const low = parameter <= 24 ? reader.get(parameter) : reader.getWide(parameter);
    value = quotient * (powers[parameter] as number) + low;
  }
  state.mean += (value - state.mean) * weight;
  if (value > Number.MAX_SAFE_INTEGER) throw new DamagedBits("a number that is too large");
  return value;
}
