// The statsd listener: packets and streams into the aggregator, and its values out at each end of an interval.
import type { StatsdEvent, StatsdServiceCheck } from "../../formats/statsd-line/statsd-line.ts";
import type { Clock } from "../../kernel/clock.ts";
import { startSchedule } from "../../kernel/schedule.ts";
import type { Batch, Metric } from "../../metric/metric.ts";
import type { ListenerNeeds, ReportedCheck, ReportedEvent, StartListener } from "../listener.ts";
import { openSockets } from "../listener-sockets.ts";
import { createListenerTally } from "../listener-tally.ts";
import { runningListener } from "../running-listener.ts";
import { Aggregator } from "./aggregator.ts";
import type { StatsdConfig } from "./config.ts";
import { type FlushTime, FlushTimes } from "./flush-times.ts";
import { createStatsdStream } from "./statsd-stream.ts";

/** Metrics that are handed on in one go; packets are read between two of them. */
const batchMetrics = 500;
const levels = ["info", "success", "warning", "error"] as const;

export const startStatsd: StartListener<StatsdConfig> = async (config, needs) => {
  const tally = createListenerTally("statsd", needs);
  const aggregator = createAggregator(config, needs, (reason) => tally.fault(reason));
  let seen = { lines: 0, samples: 0 };
  const count = () => {
    tally.received(aggregator.lines - seen.lines);
    tally.metrics(aggregator.samples - seen.samples);
    seen = { lines: aggregator.lines, samples: aggregator.samples };
  };
  const sockets = await openSockets(config, {
    pressure: needs.pressure,
    pace: needs.pace,
    datagram: ({ bytes, from, to }) => aggregator.take(bytes, from, to),
    stream: () =>
      createStatsdStream(
        (lines) => aggregator.take(lines),
        (reason) => tally.fault(reason),
      ),
  });
  const times = new FlushTimes(config.every);
  const flush = async (time: FlushTime | undefined) => {
    count();
    if (time !== undefined) await handOn(aggregator, time, (batch) => tally.refused(needs.emit([batch])));
  };
  const beat = { everyMs: config.every, firstMs: times.firstIn(needs.clock.now()) };
  const run = () => flush(times.next(needs.clock.now()));
  const schedule = startSchedule({ name: "inputs.statsd", ...beat, run }, needs);
  watchBuffer(config, sockets.receiveBufferBytes, needs);
  const finish = () => schedule.stop().then(() => flush(times.final(needs.clock.now())));
  return runningListener({ name: "statsd", sockets, tally, count, finish });
};

function createAggregator(
  config: StatsdConfig,
  { clock, onCheck, onEvent }: ListenerNeeds,
  onFault: (reason: string) => void,
): Aggregator {
  const { percentiles, prefixes, max_series: maxSeries } = config;
  return new Aggregator(
    { percentiles, prefixes, maxSeries, relativeGauges: config.gauges === "relative" },
    {
      onFault,
      onEvent: (event) => onEvent(reportedEvent(event, clock)),
      onServiceCheck: (check) => onCheck(reportedCheck(check, clock)),
    },
  );
}

/** In parts, so that a flush of many series does not keep packets waiting. */
async function handOn(
  aggregator: Aggregator,
  { atMs: timestampMs, spanMs }: FlushTime,
  give: (batch: Batch) => void,
): Promise<void> {
  let metrics: Metric[] = [];
  const emitBatch = () => {
    if (metrics.length > 0) give({ origin: "statsd", host: "", timestampMs, metrics });
    metrics = [];
  };
  for (const some of aggregator.flush(timestampMs, spanMs)) {
    metrics.push(...some);
    if (metrics.length < batchMetrics) continue;
    emitBatch();
    await new Promise((resolve) => setImmediate(resolve));
  }
  emitBatch();
}

function reportedCheck(
  { name, host, status, message, tags, timestamp }: StatsdServiceCheck,
  clock: Clock,
): ReportedCheck {
  return {
    name,
    host,
    status,
    message,
    tags,
    atMs: timestamp === undefined ? clock.now() : timestamp * 1000,
  };
}

function reportedEvent(
  { title, text, host, alert, tags, timestamp }: StatsdEvent,
  clock: Clock,
): ReportedEvent {
  const level = levels.find((one) => one === alert) ?? "info";
  return { title, text, host, level, tags, atMs: timestamp === undefined ? clock.now() : timestamp * 1000 };
}

/** Bursts that do not fit are lost without a trace in the sender: it is said in time how much room there is. */
function watchBuffer(config: StatsdConfig, grantedBytes: number | undefined, { log }: ListenerNeeds): void {
  if (grantedBytes === undefined || grantedBytes >= 2 * config.receive_buffer) return;
  log.warning("the kernel grants a smaller receive buffer than asked for; raise net.core.rmem_max", {
    askedBytes: config.receive_buffer,
    grantedBytes,
  });
}
