// Numbers as text, as Python writes them.

/**
 * The shortest text that reads back as the same number. There is one type of numbers, so a whole number never shows
 * a fraction: 43, not 43.0.
 */
export function numberText(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
  const magnitude = Math.abs(value);
  if (magnitude < 1e16 && (magnitude >= 1e-4 || magnitude === 0)) return String(value);
  return widenExponent(value.toExponential());
}

/** `%f`: halves that are exact go to the even neighbour. */
export function fixed(value: number, digits: number): string {
  if (Math.abs(value) >= 1e21) return padFraction(BigInt(value).toString(), 0, digits);
  const kept = Math.min(digits, 100);
  const text = value.toFixed(kept);
  if (!isTie(value, kept)) return padFraction(text, kept, digits);
  const last = Number(text.at(-1));
  return padFraction(last % 2 === 0 ? text : `${text.slice(0, -1)}${last - 1}`, kept, digits);
}

function padFraction(text: string, has: number, digits: number): string {
  if (digits === has) return text;
  return `${text}${has === 0 ? "." : ""}${"0".repeat(digits - has)}`;
}

/** Only a multiple of a power of two can lie exactly between two decimals. */
function isTie(value: number, digits: number): boolean {
  if (digits > 60 || !Number.isInteger(value * 2 ** (digits + 1)) || Number.isInteger(value)) return false;
  const exact = value.toFixed(digits + 40);
  return /^50*$/.test(exact.slice(-40));
}

/** `%e`, with at least two digits of exponent. */
export function exponential(value: number, digits: number): string {
  const kept = Math.min(digits, 100);
  const [mantissa = "", exponent = ""] = value.toExponential(kept).split("e");
  return widenExponent(`${padFraction(mantissa, kept, digits)}e${exponent}`);
}

/** `%g`: as many digits as told, without zeros at the end unless they are to be kept. */
export function general(value: number, precision: number, keepsZeros = false): string {
  const digits = Math.min(precision || 1, 100);
  const exponent = Number(value.toExponential(digits - 1).split("e")[1]);
  if (exponent < -4 || exponent >= digits) {
    const [mantissa = "", power = ""] = exponential(value, digits - 1).split("e");
    return `${keepsZeros ? mantissa : withoutZeros(mantissa)}e${power}`;
  }
  const text = fixed(value, digits - 1 - exponent);
  return keepsZeros ? text : withoutZeros(text);
}

function withoutZeros(text: string): string {
  if (!text.includes(".")) return text;
  let end = text.length;
  while (text[end - 1] === "0") end -= 1;
  return text.slice(0, text[end - 1] === "." ? end - 1 : end);
}

function widenExponent(text: string): string {
  return text.replace(/e([+-])(\d)$/, "e$10$2");
}

/** To that many decimals, exact halves to the even neighbour; negative digits round before the point. */
export function rounded(value: number, digits: number): number {
  if (!Number.isFinite(value) || digits > 100) return value;
  if (digits >= 0) return Number(fixed(value, digits));
  const scale = 10 ** Math.min(-digits, 300);
  return Number(fixed(value / scale, 0)) * scale;
}
