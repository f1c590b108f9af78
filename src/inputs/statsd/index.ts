// statsd: counters, gauges, timers and sets of applications, put together once in an interval.
import { defineListener } from "../listener.ts";
import { statsdConfig } from "./config.ts";

export const statsd = defineListener({
  name: "statsd",
  summary: "Takes what applications count and time, over UDP, TCP and a unix socket.",
  config: statsdConfig,
  load: async () => (await import("./statsd.ts")).startStatsd,
});
