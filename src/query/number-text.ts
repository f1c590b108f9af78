// Numbers as Graphite writes them in names: Python's `str`, `%g`, `%.2f` and `round`.
import { trimEndOf } from "../kernel/trim-end.ts";

/** As `str` of a float: `1.0`, `0.1`, `1e+16`, `1e-05`. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (value === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
  const [mantissa = "", exponent = "0"] = value.toExponential().split("e");
  const power = Number(exponent);
  if (power < -4 || power >= 16) return `${mantissa}e${signed(power)}`;
  const plain = power < 0 ? value.toFixed(fractionDigits(mantissa) - power) : String(value);
  return plain.includes(".") ? plain : `${plain}.0`;
}

/** As `%g`: six digits that count. */
export function shortText(value: number): string {
  if (!Number.isFinite(value)) return floatText(value);
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  const [mantissa = "", exponent = "0"] = value.toExponential(5).split("e");
  const power = Number(exponent);
  if (power < -4 || power >= 6) return `${withoutZeros(mantissa)}e${signed(power)}`;
  return withoutZeros(value.toFixed(Math.max(0, 5 - power)));
}

/** As `%.2f` with that many digits. */
export function fixedText(value: number, digits: number): string {
  if (!Number.isFinite(value)) return floatText(value);
  if (!isTie(value, digits)) return Math.abs(value) < 1e21 ? value.toFixed(digits) : BigInt(value).toString();
  const [whole = "", fraction = ""] = value.toFixed(digits + 1).split(".");
  const kept = BigInt(`${whole.replace("-", "")}${fraction.slice(0, digits)}`);
  const even = (kept % 2n === 0n ? kept : kept + 1n).toString().padStart(digits + 1, "0");
  const text = digits === 0 ? even : `${even.slice(0, -digits)}.${even.slice(-digits)}`;
  return value < 0 ? `-${text}` : text;
}

/** As `round`: to the nearest, halves to the even one. `digits` may be negative. */
export function rounded(value: number, digits: number): number {
  if (!Number.isFinite(value)) return value;
  if (digits < 0) {
    const unit = 10 ** -Math.max(digits, -300);
    return rounded(value / unit, 0) * unit;
  }
  if (digits > 100 || Math.abs(value) >= 2 ** 53) return value;
  return Number(fixedText(value, digits));
}

/** Whether exactly half a unit of the last digit is over. */
function isTie(value: number, digits: number): boolean {
  // A half of the last digit has no more than one binary place more than digits: the product is exact.
  return (
    digits <= 60 &&
    Math.abs(value) < 2 ** 53 &&
    Number.isInteger(value * 2 ** (digits + 1)) &&
    value.toFixed(digits + 1).endsWith("5") &&
    Number(value.toFixed(digits + 1)) === value
  );
}

function fractionDigits(mantissa: string): number {
  return Math.max(0, mantissa.replace("-", "").length - 2);
}

function withoutZeros(text: string): string {
  return text.includes(".") ? trimEndOf(trimEndOf(text, "0"), ".") : text;
}

function signed(power: number): string {
  return `${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
}
