// A column of doubles, bit by bit: each is XORed with the one before, as in Facebook's Gorilla (VLDB 2015, §4.1.2).
import { type BitReader, DamagedBits } from "./bit-reader.ts";
import type { BitWriter } from "./bit-writer.ts";
import { getRice, putRice, type RiceState } from "./rice.ts";

const double = new Float64Array(1);
/** High word, low word: the same on machines of either byte order. */
const view = new DataView(double.buffer);
const word = 2 ** 32;

/** The bits of an XOR that are not zero: how many zeros stand before them, and how many they are. */
interface Window {
  leading: number;
  length: number;
}

/**
 * Writes any finite doubles, at least one. Unlike the original, a run of equal values is a number, not a bit each.
 */
export function putDoubles(writer: BitWriter, values: Float64Array): void {
  const runs: RiceState = { mean: 0 };
  const window: Window = { leading: 0, length: 0 };
  let high = 0;
  let low = 0;
  let equal = 0;
  for (const value of values) {
    view.setFloat64(0, value);
    const nextHigh = view.getUint32(0);
    const nextLow = view.getUint32(4);
    if (nextHigh === high && nextLow === low) {
      equal += 1;
      continue;
    }
    putRice(writer, runs, equal);
    putXor(writer, window, { high: (nextHigh ^ high) >>> 0, low: (nextLow ^ low) >>> 0 });
    high = nextHigh;
    low = nextLow;
    equal = 0;
  }
  if (equal > 0) putRice(writer, runs, equal);
}

/** Reads `count` doubles. Throws DamagedBits. */
export function getDoubles(reader: BitReader, count: number): Float64Array {
  const values = new Float64Array(count);
  const runs: RiceState = { mean: 0 };
  const window: Window = { leading: 0, length: 0 };
  const xor: Words = { high: 0, low: 0 };
  let high = 0;
  let low = 0;
  let value = 0;
  let place = 0;
  while (place < count) {
    const end = Math.min(count, place + getRice(reader, runs));
    values.fill(value, place, end);
    place = end;
    if (place === count) break;
    getXor(reader, window, xor);
    high = (high ^ xor.high) >>> 0;
    low = (low ^ xor.low) >>> 0;
    view.setUint32(0, high);
    view.setUint32(4, low);
    value = view.getFloat64(0);
    if (!Number.isFinite(value)) throw new DamagedBits("a value that is not finite");
    values[place] = value;
    place += 1;
  }
  reader.check();
  return values;
}

interface Words {
  high: number;
  low: number;
}

function putXor(writer: BitWriter, window: Window, { high, low }: Words): void {
  const leading = high === 0 ? 32 + Math.clz32(low) : Math.clz32(high);
  const trailing = low === 0 ? 32 + trailingZeros(high) : trailingZeros(low);
  const length = 64 - leading - trailing;
  const fits = leading >= window.leading && leading + length <= window.leading + window.length;
  // A new window costs twelve bits more: not worth it while the old one is hardly wider.
  if (fits && window.length - length <= 12) writer.put(0, 1);
  else {
    window.leading = leading;
    window.length = length;
    writer.put(1, 1);
    writer.put(leading, 6);
    writer.put(length - 1, 6);
  }
  putBits(writer, { high, low }, 64 - window.leading - window.length, window.length);
}

/** `length` bits of the pair of words, those above the lowest `shift`. */
function putBits(writer: BitWriter, { high, low }: Words, shift: number, length: number): void {
  const fromLow = Math.max(0, Math.min(length, 32 - shift));
  const above = Math.max(0, shift - 32);
  const fromHigh = length - fromLow;
  if (fromHigh > 0) writer.putWide((high >>> above) % 2 ** fromHigh, fromHigh);
  if (fromLow > 0) writer.putWide((low >>> shift) % 2 ** fromLow, fromLow);
}

function getXor(reader: BitReader, window: Window, xor: Words): void {
  if (reader.get(1) === 1) {
    window.leading = reader.get(6);
    window.length = reader.get(6) + 1;
  }
  const shift = 64 - window.leading - window.length;
  if (shift < 0 || window.length === 0) throw new DamagedBits("an impossible window");
  const fromLow = Math.max(0, Math.min(window.length, 32 - shift));
  const fromHigh = window.length - fromLow;
  const above = Math.max(0, shift - 32);
  xor.high = (reader.getWide(fromHigh) * 2 ** above) % word;
  xor.low = (reader.getWide(fromLow) * 2 ** Math.min(shift, 32)) % word;
}

function trailingZeros(value: number): number {
  return value === 0 ? 32 : 31 - Math.clz32(value & -value);
}
