// Points one after the other as they come, a byte or two each: what is held in memory until a chunk is made of it.
import { factorOf, scaleOf, wholeAt } from "./decimal.ts";

/*
 * Each token says a value; its slot is the next one unless a gap token went before.
 *   0x00-0x3f  the same value again, one to 64 times, slot by slot
 *   0x40-0x7f  difference of whole numbers at the scale in use, zigzag: five bits, then seven a byte while bit 0x20 is
 *              set in the first byte, and 0x80 in those after it
 *   0x80-0xbf  gap: slots to leave out, zigzag, written in the same way; says no value
 *   0xc0-0xc6  scale in use from now on, and the whole number, zigzag
 *   0xc8-0xcf  double: its bits XOR those of the value before, the lowest one to eight bytes of them
 *   0xd0       everything starts anew
 */
export const tokens = { difference: 0x40, gap: 0x80, scaled: 0xc0, double: 0xc8, anew: 0xd0 } as const;
const longestRun = 64;

/** Where a stream stands. */
export interface StreamState {
  slot: number;
  value: number;
  /** Of the value; -1 when it is a double. */
  scale: number;
  /** Length of the run that the last byte stands for and that may still grow; 0 when there is none. */
  run: number;
  /** True when bytes that this state knows nothing of may stand before. */
  lost: boolean;
}

export function newStream(lost = false): StreamState {
  return { slot: -1, value: 0, scale: -1, run: 0, lost };
}

/** What `putPoint` wrote, valid until it is called again. */
export const written = new Uint8Array(32);
let size = 0;
const bits = new DataView(new ArrayBuffer(16));

/**
 * Writes a point into `written` and tells how many bytes it takes there; -1 when instead the last byte written before
 * has to grow by one. Slots may go back; the value is finite.
 */
export function putPoint(state: StreamState, slot: number, value: number): number {
  size = 0;
  if (state.lost) {
    Object.assign(state, newStream());
    putByte(tokens.anew);
  }
  if (slot !== state.slot + 1) {
    putShort(tokens.gap, zigzag(slot - state.slot - 1));
    state.run = 0;
  }
  state.slot = slot;
  if (!Object.is(value, state.value)) {
    state.run = 0;
    putValue(state, value);
    return size;
  }
  if (state.run > 0 && state.run < longestRun) {
    state.run += 1;
    return -1;
  }
  state.run = 1;
  putByte(0);
  return size;
}

function putValue(state: StreamState, value: number): void {
  const before = state.value;
  const whole = state.scale < 0 ? undefined : wholeAt(value, state.scale);
  state.value = value;
  if (whole !== undefined) {
    putShort(tokens.difference, zigzag(whole - Math.round(before * factorOf(state.scale))));
    return;
  }
  state.scale = scaleOf(value) ?? -1;
  if (state.scale < 0) putXor(before, value);
  else {
    putByte(tokens.scaled + state.scale);
    putVarint(zigzag(wholeAt(value, state.scale) ?? 0));
  }
}

function putXor(before: number, value: number): void {
  bits.setFloat64(0, before);
  bits.setFloat64(8, value);
  let equal = 0;
  while (bits.getUint8(equal) === bits.getUint8(8 + equal)) equal += 1;
  putByte(tokens.double + 7 - equal);
  for (let place = equal; place < 8; place += 1) putByte(bits.getUint8(place) ^ bits.getUint8(8 + place));
}

function putShort(token: number, code: number): void {
  const more = code >= 32;
  putByte(token | (more ? 0x20 : 0) | (code % 32));
  if (more) putVarint(Math.floor(code / 32));
}

function putVarint(value: number): void {
  let rest = value;
  while (rest >= 128) {
    putByte(0x80 | (rest % 128));
    rest = Math.floor(rest / 128);
  }
  putByte(rest);
}

function putByte(byte: number): void {
  written[size] = byte;
  size += 1;
}

function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}
