// rate: turns counters into their growth per second.
import * as z from "zod";
import { ownText } from "../../kernel/own-text.ts";
import { duration } from "../../kernel/schema.ts";
import { faultOf, type Metric } from "../../metric/metric.ts";
import { seriesKey } from "../../metric/series.ts";
import { eachSelected } from "../each-selected.ts";
import { Generations } from "../generations.ts";
import { selectionKeys, selectorOf } from "../selection.ts";
import { defineStage } from "../stage.ts";
import { isUsableTime } from "../usable-time.ts";

interface Seen {
  readonly value: number;
  readonly timestampMs: number;
}

const seriesAtMost = 100_000;

export const rate = defineStage({
  name: "rate",
  summary: "Turns counters that only rise into their growth per second.",
  config: z.strictObject({
    ...selectionKeys,
    suffix: z.string().max(256).default("").describe("Put behind the name of the result, such as `.rate`."),
    max_age: duration()
      .prefault("1h")
      .describe(
        "A counter that was silent for longer, or whose times go back further, begins anew. Times more than an hour ahead of the clock are dropped.",
      ),
  }),
  /**
   * A first value and one behind a reset give nothing. What is older than the one before is dropped and counted, unless
   * it is older by more than `max_age`: then the time before was wrong, and the counter begins anew. What is more than an
   * hour ahead of the clock is dropped and counted as well: it would make everything after it older.
   */
  create({ suffix, max_age: maxAgeMs, ...selection }, { clock, onDrop }) {
    const seen = new Generations<Seen>(seriesAtMost);
    let turnedMs = clock.monotonicMs();
    const stage = eachSelected(selectorOf(selection), (metric: Metric, { host }) => {
      const key = `${host}\n${seriesKey(metric)}`;
      const rated = isUsableTime(metric.timestampMs, clock)
        ? rateOf(metric, key, { seen, suffix, maxAgeMs })
        : "times too far ahead";
      if (typeof rated !== "string") return rated;
      onDrop(1, `rate: ${rated}`);
      return undefined;
    });
    return {
      process: stage.process,
      due() {
        if (clock.monotonicMs() - turnedMs < maxAgeMs) return [];
        turnedMs = clock.monotonicMs();
        seen.turn();
        return [];
      },
    };
  },
});

/** The growth, nothing when the counter begins anew, or why there can be none. */
function rateOf(
  metric: Metric,
  key: string,
  { seen, suffix, maxAgeMs }: { seen: Generations<Seen>; suffix: string; maxAgeMs: number },
): Metric | string | undefined {
  const { timestampMs, value } = metric;
  const before = seen.get(key);
  if (before !== undefined && isOld(metric, before, maxAgeMs)) return "not newer than the one before";
  if (!seen.set(before === undefined ? ownText(key) : key, { value, timestampMs })) return "too many series";
  const perSecond = before && growthPerSecond(metric, before, maxAgeMs);
  if (perSecond === undefined) return undefined;
  const rated = { ...metric, name: metric.name + suffix, value: perSecond };
  return faultOf(rated) === undefined ? rated : "a name or value that cannot be kept";
}

/** Older by more than that is a clock that was set right. */
function isOld(now: Seen, before: Seen, maxAgeMs: number): boolean {
  const backMs = before.timestampMs - now.timestampMs;
  return backMs >= 0 && backMs <= maxAgeMs;
}

/** Undefined where the counter begins anew. */
function growthPerSecond(now: Seen, before: Seen, maxAgeMs: number): number | undefined {
  const elapsedMs = now.timestampMs - before.timestampMs;
  if (elapsedMs <= 0 || elapsedMs > maxAgeMs || now.value < before.value) return undefined;
  return ((now.value - before.value) * 1000) / elapsedMs;
}
