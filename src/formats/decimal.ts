// A number out of bytes without making a text of it: the hot path of lines that come a hundred thousand times a second.

const exactPowers = Float64Array.from({ length: 23 }, (_, exponent) => 10 ** exponent);
const [zero, plus, minus] = [0x30, 0x2b, 0x2d];
/** A point, counted from the digit zero. */
const dot = 0x2e - zero;
/** Digits that a double holds for certain. */
const digitsAtMost = 15;

const numberPattern = /^[+-]?(?:\d{1,300}(?:\.\d{0,300})?|\.\d{1,300})(?:[eE][+-]?\d{1,3})?$/;
/** As long as the pattern lets a number be. */
const charactersAtMost = 607;

/** Whether a text is a decimal number, with or without an exponent, that a double holds. */
export function isDecimal(text: string): boolean {
  return numberPattern.test(text) && Number.isFinite(Number(text));
}

/** The decimal number in `bytes[from, to)`, however it is written; NaN for what is none. */
export function readNumber(bytes: Buffer, from: number, to: number): number {
  const value = readDecimal(bytes, from, to);
  if (!Number.isNaN(value) || to - from > charactersAtMost) return value;
  const text = bytes.toString("latin1", from, to);
  return isDecimal(text) ? Number(text) : value;
}

/**
 * The decimal number in `bytes[from, to)`, as exact as `Number` would have it; NaN for what is none, and for what only
 * `Number` can read: exponents, blanks, very many digits. The caller asks it then.
 */
// biome-ignore lint/complexity/noExcessiveCognitiveComplexity: one loop without a call, run for every line.
export function readDecimal(bytes: Uint8Array, from: number, to: number): number {
  const sign = bytes[from];
  const isNegative = sign === minus;
  const start = isNegative || sign === plus ? from + 1 : from;
  let mantissa = 0;
  let point = to;
  for (let place = start; place < to; place += 1) {
    const digit = (bytes[place] as number) - zero;
    if (digit >= 0 && digit <= 9) mantissa = mantissa * 10 + digit;
    else if (digit === dot && point === to) point = place;
    else return Number.NaN;
  }
  const decimals = point === to ? 0 : to - point - 1;
  const digits = point - start + decimals;
  if (digits === 0 || digits > digitsAtMost) return Number.NaN;
  const value = mantissa / (exactPowers[decimals] as number);
  return isNegative ? -value : value;
}
