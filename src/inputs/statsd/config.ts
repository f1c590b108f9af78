// Configuration of the statsd listener.
import * as z from "zod";
import { duration, oneOrMore } from "../../kernel/schema.ts";
import { listenUrl } from "../../transports/listen-url.ts";
import { socketKeys } from "../listener-sockets.ts";

const prefix = (value: string, what: string) =>
  z
    .string()
    .regex(/^[^\s;=]{0,64}$/, "expected up to 64 characters without blanks")
    .default(value)
    .describe(`Put before the names of ${what}.`);

const leastMs = 100;

export const statsdConfig = z.strictObject({
  listen: oneOrMore(listenUrl(["udp", "tcp", "unix"]))
    .prefault(["udp://127.0.0.1:8125"])
    .describe("Where it listens: udp://host:port, tcp://host:port, unix:///path."),
  every: duration()
    .refine((ms) => ms >= leastMs, "must be 100ms or more")
    .prefault("10s")
    .describe("The interval: what came within it becomes one value for each series."),
  percentiles: z
    .array(z.number().gt(0).max(100))
    .max(20)
    .default([99])
    .describe(
      "Percentiles of timers, histograms and distributions, in per cent; a sample with a rate counts as often as it was thinned out.",
    ),
  max_series: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(10_000)
    .describe(
      "Names with their tags that are put together at the same time; further ones are counted and dropped.",
    ),
  gauges: z
    .enum(["relative", "plain"])
    .default("relative")
    .describe("Whether `+3` and `-3` change a gauge, or are its value as opsbro has it."),
  prefixes: z
    .strictObject({
      counter: prefix("stats.gauges", "counters; opsbro's own is that of gauges, etsy's is stats.counters"),
      gauge: prefix("stats.gauges", "gauges"),
      timer: prefix("stats.timers", "timers and histograms"),
      distribution: prefix("stats.distributions", "distributions"),
      set: prefix("stats.sets", "sets"),
    })
    .prefault({}),
  ...socketKeys,
});

export type StatsdConfig = z.output<typeof statsdConfig>;
