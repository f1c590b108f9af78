// The Graphite listener: lines into metrics, each with the time that its sender gave it.
import { createRarely } from "../../kernel/rarely.ts";
import { sourceOf } from "../../transports/address-bytes.ts";
import { LineSplitter } from "../../transports/line-splitter.ts";
import type { StreamReader } from "../../transports/stream-listener.ts";
import { createBatchBuffer } from "../batch-buffer.ts";
import type { StartListener } from "../listener.ts";
import { openSockets } from "../listener-sockets.ts";
import { createListenerTally, type ListenerTally } from "../listener-tally.ts";
import { runningListener } from "../running-listener.ts";
import type { GraphiteConfig } from "./config.ts";
import { createGraphiteLines } from "./graphite-lines.ts";

const lineLimitBytes = 8192;
/** A length before a pickled list begins with a zero byte; no line does. */
const nothing = 0x00;

export const startGraphite: StartListener<GraphiteConfig> = async (config, needs) => {
  const { clock } = needs;
  const rarely = createRarely(clock);
  const tally = createListenerTally("graphite", needs);
  const buffer = createBatchBuffer("graphite", { ...needs, tally });
  const lines = createGraphiteLines(clock, {
    onMetric: (metric) => buffer.add(metric, ""),
    onFault: (reason) => tally.fault(reason),
  });
  const take = (bytes: Buffer, from = 0, to = bytes.length) => {
    const { metrics, taken } = lines(bytes, from, to);
    tally.received(taken);
    tally.metrics(metrics);
  };
  const sockets = await openSockets(config, {
    pressure: needs.pressure,
    pace: needs.pace,
    datagram: ({ bytes, from, to }) => take(bytes, from, to),
    stream: (peer) => {
      const refuse = () => {
        const silent = rarely.tell(sourceOf(peer));
        if (silent !== undefined) needs.log.warning(closedForPickle, { peer, since_last_line: silent });
      };
      return lineReader(take, tally, refuse);
    },
  });
  return runningListener({ name: "graphite", sockets, tally, finish: async () => buffer.flush() });
};

const closedForPickle = "a connection is closed: pickled lists are not read, they could run code; send lines";

/** A line without its end is no line: what a broken connection cut off must not become a wrong value. */
function lineReader(take: (lines: Buffer) => void, tally: ListenerTally, onPickle: () => void): StreamReader {
  const splitter = new LineSplitter(lineLimitBytes);
  let told = 0;
  return {
    data(chunk) {
      if (chunk[0] === nothing) {
        tally.fault("pickle");
        onPickle();
        return false;
      }
      const lines = splitter.take(chunk);
      if (lines !== undefined) take(lines);
      if (splitter.tooLong > told) tally.fault("line too long", splitter.tooLong - told);
      told = splitter.tooLong;
      return true;
    },
    end() {
      if (splitter.end() !== undefined) tally.fault("line without its end");
    },
  };
}
