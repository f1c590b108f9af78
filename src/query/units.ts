// Large numbers with the letters of their thousands.

const letters = ["P", "T", "G", "M", "k"];

/** The number of units and the unit: 1500 is 1.5 and `k`, or 1.46… and `Ki` in the binary system. */
export function withUnit(value: number, system: string): [amount: number, unit: string] {
  const base = system === "binary" ? 1024 : 1000;
  for (const [place, letter] of letters.entries()) {
    const size = base ** (letters.length - place);
    const unit = system === "binary" ? `${letter.toUpperCase()}i` : letter;
    if (Math.abs(value) >= size) return [nearlyWhole(value / size, value), unit];
  }
  return [nearlyWhole(value, value), ""];
}

function nearlyWhole(amount: number, value: number): number {
  return value > 1 && amount - Math.floor(amount) < 1e-11 ? Math.floor(amount) : amount;
}
