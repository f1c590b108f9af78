// The module over a real history that holds given points.

import { parseSeriesKey } from "../../src/metric/series.ts";
import { type Query, type QueryNeeds, queryModule } from "../../src/query/index.ts";
import { historyConfig, openHistory } from "../../src/store/history/index.ts";
import { testContext } from "../support/context.ts";
import { fakeClock } from "../support/fake-clock.ts";
import { temporaryDirectory } from "../support/temporary.ts";
import type { SampleSeries } from "./sample-series.ts";

export interface OpenedQuery {
  readonly query: Query;
  /** The history as the module is given it. */
  readonly history: QueryNeeds["history"];
  stop(): Promise<void>;
}

export interface QuerySetting {
  /** Seconds since 1970 at which the clock stands. */
  readonly nowS: number;
  readonly config?: object;
  readonly resolutions?: readonly string[];
  readonly nameOf?: (key: string) => string;
}

const yearMs = 365 * 86_400_000;

export async function openQuery(
  samples: readonly SampleSeries[],
  setting: QuerySetting,
): Promise<OpenedQuery> {
  const { nowS, config = {}, resolutions = ["10s:1d"], nameOf = (key: string) => key } = setting;
  const directory = temporaryDirectory();
  const clock = fakeClock(nowS * 1000);
  const { log, pace, telemetry, signal } = testContext();
  const settings = historyConfig.parse({ resolutions, flush_every: "1d" });
  const opened = await openHistory(settings, { clock, log, telemetry, directory: directory.path });
  // The peer's files reach further back than what is in them, and so do its answers.
  const history = { ...opened, keepMs: yearMs };
  for (const { name, points } of samples) {
    const series = parseSeriesKey(name);
    if (series === undefined) throw new Error(`${name} is no key`);
    const metrics = points.map(([timeS, value]) => ({ ...series, value, timestampMs: timeS * 1000 }));
    history.record({ origin: "append", host: "", timestampMs: nowS * 1000, metrics });
  }
  const { monotonicMs } = testContext().clock;
  const needs = { log, pace, telemetry, signal, history, nameOf, clock: { ...clock, monotonicMs } };
  const query = await queryModule.start(queryModule.config.parse(config), needs);
  return {
    query,
    history,
    async stop() {
      await query.stop();
      await history.stop();
      directory.release();
    },
  };
}
