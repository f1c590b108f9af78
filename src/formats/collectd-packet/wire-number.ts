// Numbers of collectd's network protocol: 64 bits, read and written as numbers wherever those are exact.
import type { CollectdValue } from "./value-list.ts";

const word = 2 ** 32;
const units = 2 ** 30;
/** Seconds that the high-resolution form can say: some 500 years. */
const secondsLimit = 2 ** 34;
const highLimit = 2 ** 21;

/** u64 in units of 2^-30 seconds → milliseconds. */
export function readTimeMs(bytes: Buffer, at: number): number {
  const high = bytes.readUInt32BE(at);
  const low = bytes.readUInt32BE(at + 4);
  return (high * 4 + (low >>> 30)) * 1000 + ((low % units) / units) * 1000;
}

/** u64 seconds → milliseconds; 0, which is no time, for what is beyond the other form. */
export function readSecondsMs(bytes: Buffer, at: number): number {
  const seconds = bytes.readUInt32BE(at) * word + bytes.readUInt32BE(at + 4);
  return seconds < secondsLimit ? seconds * 1000 : 0;
}

/** `timeMs` from 0 to the end of the form. */
export function writeTime(bytes: Buffer, timeMs: number, at: number): void {
  const whole = Math.floor(timeMs / 1000);
  const fraction = Math.round(((timeMs - whole * 1000) / 1000) * units);
  const seconds = fraction === units ? whole + 1 : whole;
  bytes.writeUInt32BE(Math.floor(seconds / 4), at);
  bytes.writeUInt32BE((seconds % 4) * units + (fraction % units), at + 4);
}

export function readUnsigned(bytes: Buffer, at: number): number | bigint {
  const high = bytes.readUInt32BE(at);
  return high < highLimit ? high * word + bytes.readUInt32BE(at + 4) : bytes.readBigUInt64BE(at);
}

function readSigned(bytes: Buffer, at: number): number | bigint {
  const high = bytes.readInt32BE(at);
  const isExact = high >= -highLimit && high < highLimit;
  return isExact ? high * word + bytes.readUInt32BE(at + 4) : bytes.readBigInt64BE(at);
}

/** Undefined for a kind that there is not. */
export function readValue(kind: number, bytes: Buffer, at: number): CollectdValue | undefined {
  if (kind === 1) return { kind: "gauge", value: bytes.readDoubleLE(at) };
  if (kind === 2) return { kind: "derive", value: readSigned(bytes, at) };
  if (kind === 0) return { kind: "counter", value: readUnsigned(bytes, at) };
  return kind === 3 ? { kind: "absolute", value: readUnsigned(bytes, at) } : undefined;
}

export function writeValue(bytes: Buffer, { kind, value }: CollectdValue, at: number): void {
  if (kind === "gauge") bytes.writeDoubleLE(Number(value), at);
  else bytes.writeBigUInt64BE(BigInt.asUintN(64, BigInt(value)), at);
}
