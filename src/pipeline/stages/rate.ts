// rate: turns counters into their growth per second.
import * as z from "zod";
import { ownText } from "../../kernel/own-text.ts";
import { duration } from "../../kernel/schema.ts";
import type { Metric } from "../../metric/metric.ts";
import { seriesKey } from "../../metric/series.ts";
import { eachSelected, orAsItWas } from "../each-selected.ts";
import { Generations } from "../generations.ts";
import { selectionKeys, selectorOf } from "../selection.ts";
import { defineStage } from "../stage.ts";

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
    max_age: duration().prefault("1h").describe("A counter that was silent for longer begins anew."),
  }),
  create({ suffix, max_age: maxAgeMs, ...selection }, { clock, onDrop }) {
    const seen = new Generations<Seen>(seriesAtMost);
    let turnedMs = clock.monotonicMs();
    const stage = eachSelected(selectorOf(selection), (metric: Metric, { host }) => {
      const { timestampMs, value } = metric;
      const key = `${host} ${seriesKey(metric)}`;
      const before = seen.get(key);
      if (before !== undefined && timestampMs <= before.timestampMs) return undefined;
      if (!seen.set(before === undefined ? ownText(key) : key, { value, timestampMs }))
        onDrop(1, "rate: too many series");
      if (before === undefined || timestampMs - before.timestampMs > maxAgeMs || value < before.value)
        return undefined;
      const perSecond = ((value - before.value) * 1000) / (timestampMs - before.timestampMs);
      return orAsItWas(metric, { ...metric, name: metric.name + suffix, value: perSecond });
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
