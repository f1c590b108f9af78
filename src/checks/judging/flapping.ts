// Flapping as Nagios reckons it: how often the last 21 states changed, newer changes weighing more.

/** Percent of change above which flapping begins, and below which it ends. */
export interface FlapLimits {
  readonly low: number;
  readonly high: number;
}

/** States that are looked at: 20 changes lie between them. */
export const keptStates = 21;

const lightest = 0.8;
const heaviest = 1.2;

/** 0 to 100. States that are not known yet count as unchanged. */
export function flapPercent(recent: readonly number[]): number {
  const changesAtMost = keptStates - 1;
  const step = (heaviest - lightest) / (changesAtMost - 1);
  const first = keptStates - recent.length;
  let weighed = 0;
  for (let place = 1; place < recent.length; place += 1)
    if (recent[place] !== recent[place - 1]) weighed += lightest + (first + place - 1) * step;
  return (weighed / changesAtMost) * 100;
}
