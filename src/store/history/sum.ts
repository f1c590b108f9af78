// Sums of decimals.

const decimals = 1e6;
const noise = 2 ** -44;

/** The sum as the decimal that it would be without binary fractions: 0.30000000000000004 is 0.3, and packs well. */
export function withoutNoise(sum: number): number {
  if (!Number.isFinite(sum)) return Math.sign(sum) * Number.MAX_VALUE;
  const rounded = Math.round(sum * decimals) / decimals;
  return Math.abs(rounded - sum) <= Math.abs(sum) * noise ? rounded : sum;
}
