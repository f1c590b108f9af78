// Reads the tokens of a point stream back into slots and values.
import { DamagedBits } from "./bit-reader.ts";
import type { Points } from "./chunk.ts";
import { factors, scaleLimit, wholeAt } from "./decimal.ts";
import { tokens } from "./point-stream.ts";
import { createScratch } from "./scratch.ts";

interface Reading {
  readonly bytes: Uint8Array;
  place: number;
  slot: number;
  value: number;
  scale: number;
  slots: Float64Array;
  values: Float64Array;
  count: number;
}

const scratch = { slots: createScratch(), values: createScratch() };
const bits = new DataView(new ArrayBuffer(8));

/**
 * The points of a stream in the order in which they came, one column; undefined when the bytes are none. A slot may
 * come twice.
 */
export function readStream(bytes: Uint8Array): Points | undefined {
  const room = bytes.length * 2 + 64;
  const slots = scratch.slots(room);
  const values = scratch.values(room);
  const reading: Reading = { bytes, place: 0, slot: -1, value: 0, scale: -1, slots, values, count: 0 };
  try {
    while (reading.place < bytes.length) readToken(reading);
  } catch (thrown) {
    if (thrown instanceof DamagedBits) return undefined;
    throw thrown;
  }
  const { count } = reading;
  return { slots: reading.slots.slice(0, count), columns: [reading.values.slice(0, count)] };
}

function readToken(reading: Reading): void {
  const token = byteOf(reading);
  if (token < tokens.difference) addRun(reading, token + 1);
  else if (token < tokens.gap) addDifference(reading, unzigzag(shortOf(reading, token)));
  else if (token < tokens.scaled) reading.slot += unzigzag(shortOf(reading, token));
  else if (token <= tokens.scaled + scaleLimit) {
    reading.scale = token - tokens.scaled;
    addWhole(reading, unzigzag(varintOf(reading)));
  } else if (token >= tokens.double && token < tokens.anew) addXor(reading, token - tokens.double + 1);
  else if (token === tokens.anew) Object.assign(reading, { slot: -1, value: 0, scale: -1 });
  else throw new DamagedBits("an unknown token");
}

function addRun(reading: Reading, length: number): void {
  reserve(reading, length);
  for (let left = length; left > 0; left -= 1) add(reading, reading.value);
}

function addDifference(reading: Reading, difference: number): void {
  if (reading.scale < 0) throw new DamagedBits("a difference from nothing");
  addWhole(reading, Math.round(reading.value * (factors[reading.scale] as number)) + difference);
}

function addWhole(reading: Reading, whole: number): void {
  const value = whole / (factors[reading.scale] as number);
  if (wholeAt(value, reading.scale) === undefined) throw new DamagedBits("a number that is too large");
  reserve(reading, 1);
  add(reading, value);
}

function addXor(reading: Reading, count: number): void {
  bits.setFloat64(0, reading.value);
  for (let place = 8 - count; place < 8; place += 1)
    bits.setUint8(place, bits.getUint8(place) ^ byteOf(reading));
  const value = bits.getFloat64(0);
  if (!Number.isFinite(value)) throw new DamagedBits("a value that is not finite");
  reading.scale = -1;
  reserve(reading, 1);
  add(reading, value);
}

function add(reading: Reading, value: number): void {
  reading.slot += 1;
  reading.value = value;
  reading.slots[reading.count] = reading.slot;
  reading.values[reading.count] = value;
  reading.count += 1;
}

function reserve(reading: Reading, more: number): void {
  if (reading.count + more <= reading.slots.length) return;
  for (const name of ["slots", "values"] as const) {
    const larger = new Float64Array(2 * (reading.count + more));
    larger.set(reading[name]);
    reading[name] = larger;
  }
}

function shortOf(reading: Reading, token: number): number {
  const low = token & 0x1f;
  return (token & 0x20) === 0 ? low : low + 32 * varintOf(reading);
}

function varintOf(reading: Reading): number {
  let value = 0;
  for (let factor = 1; factor <= 2 ** 49; factor *= 128) {
    const byte = byteOf(reading);
    value += (byte & 127) * factor;
    if (byte < 128) return value;
  }
  throw new DamagedBits("a number without end");
}

function byteOf(reading: Reading): number {
  if (reading.place >= reading.bytes.length) throw new DamagedBits("the end comes too early");
  reading.place += 1;
  return reading.bytes[reading.place - 1] as number;
}

function unzigzag(code: number): number {
  return code % 2 === 0 ? code / 2 : -(code + 1) / 2;
}
