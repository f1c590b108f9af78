// One line for each figure: what, how much, what was wanted.
export function report(what, value, { target, met } = {}) {
  const verdict = target === undefined ? "" : `   target ${target}   ${met ? "met" : "MISSED"}`;
  console.log(`  ${what.padEnd(58)} ${value}${verdict}`);
}

export const perSecond = (rate) => `${Math.round(rate)}/s`.padStart(9);
export const ratio = (value) => value.toFixed(2).padStart(6);
