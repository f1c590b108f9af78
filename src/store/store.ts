// The module: everything that the agent keeps. Metrics pass here once, on their way to journal, history and latest values.
import { join } from "node:path";
import * as z from "zod";
import { defineModule, type Running } from "../kernel/module.ts";
import { duration, path } from "../kernel/schema.ts";
import { judgeKept } from "../kernel/state-directory.ts";
import type { Batch, Origin } from "../metric/metric.ts";
import { noneRefused, type Refused, togetherRefused } from "../metric/refused.ts";
import { EmbeddedStore } from "./embedded-store.ts";
import { type History, historyConfig, openHistory } from "./history/index.ts";
import {
  type Journal,
  type JournalFigures,
  type JournalReader,
  journalConfig,
  openJournal,
} from "./journal/index.ts";
import { LatestReadings } from "./latest-readings.ts";
import { LatestValues } from "./latest-values.ts";
import { createMachineStates, type MachineStates } from "./machine-states.ts";
import { createMetricLog, type MetricLog } from "./metric-log.ts";
import { holdsOlderDatabase } from "./older-database.ts";

const storeConfig = z.strictObject({
  directory: path()
    .optional()
    .describe("Directory of all that is kept; `store` in the state directory when absent."),
  machine_states: z
    .strictObject({
      max_age: duration().prefault("3d").describe("Snapshots older than this are dropped."),
      max_count: z.int().min(1).default(1000).describe("Snapshots kept; the oldest go first."),
    })
    .prefault({}),
  journal: journalConfig,
  history: historyConfig,
});

export type StoreConfig = z.output<typeof storeConfig>;

export interface StoreNeeds {
  readonly stateDirectory: string;
}

/** A reader of the journal with a place of its own, and how much lies before it. */
export interface Outlet extends Pick<JournalReader, "read" | "advance" | "position"> {
  /** Metrics behind the place, those of other origins among them. */
  readonly waiting: number;
  /** Metrics since the start that this reader will never see. */
  readonly lost: number;
  /** Tells the journal's numbers from those of every other, and from those before a new beginning. */
  readonly mark: string;
}

export interface Store extends Running {
  readonly machineStates: MachineStates;
  readonly metricLog: MetricLog;
  /** A reader for an output: the same one for the same name. To be opened before the first metric comes. */
  openOutlet(name: string, origins: readonly Origin[]): Outlet;
  readonly history: Omit<History, "stop">;
  readonly latest: Pick<LatestValues, "collected" | "foreign">;
  readonly readings: LatestReadings;
  /**
   * Resolves when the batches are on disk for good, but for what is refused: in the journal where a reader wants them,
   * otherwise in the history. When it rejects, they are to be handed in again.
   */
  keep(batches: readonly Batch[]): Promise<Refused>;
  /** Takes batches in without waiting: the journal has them within a second. Tells what neither has. */
  offer(batches: readonly Batch[]): Refused;
  /** For senders that can wait: resolves when there is room again; undefined when there is. */
  pressure(): Promise<void> | undefined;
  /** Figures by name, for people. */
  figures(): Promise<Record<string, string>>;
}

export const storeModule = defineModule<StoreConfig, StoreNeeds, Store>({
  name: "store",
  summary:
    "Keeps metrics in a journal and a history, and machine states, with limits by age, bytes and number.",
  config: storeConfig,
  async start(config, needs) {
    const { clock, log, pace, telemetry } = needs;
    const directory = config.directory ?? join(needs.stateDirectory, "store");
    judgeKept(directory);
    if (holdsOlderDatabase(directory))
      log.warning("happo-agent's database lies here, and its metrics and machine states are not read", {
        directory,
      });
    const database = new EmbeddedStore(join(directory, "machine-states"), log);
    const journal = await openJournal(config.journal, {
      clock,
      log,
      telemetry,
      directory: join(directory, "journal"),
    });
    const history = await openHistory(config.history, {
      clock,
      log,
      telemetry,
      directory: join(directory, "history"),
    });
    const overflow = telemetry.counter("latest_series_overflow_total", "Values not shown for want of room.");
    const latest = new LatestValues(config.history.max_series, { clock, onOverflow: () => overflow.add(1) });
    const { max_age: maxAgeMs, max_count: maxCount } = config.machine_states;
    return {
      machineStates: createMachineStates({ maxAgeMs, maxCount }, { clock, database }),
      metricLog: createMetricLog(config.journal, { clock, journal, log }),
      pressure: () => journal.pressure(),
      openOutlet: (name, origins) => openOutlet(journal, name, origins),
      history,
      latest,
      readings: new LatestReadings(),
      async keep(batches) {
        await journal.append(batches);
        let refused = noneRefused;
        let isInHistoryAlone = false;
        for (const batch of batches) {
          latest.record(batch);
          if (journal.keeps(batch.origin)) history.record(batch);
          else {
            isInHistoryAlone ||= batch.metrics.length > 0;
            refused = togetherRefused(refused, await history.take(batch));
          }
          if (pace.isDue) await pace.yield();
        }
        if (isInHistoryAlone) await history.save();
        return refused;
      },
      offer(batches) {
        journal.offer(batches);
        let refused = noneRefused;
        for (const batch of batches) {
          latest.record(batch);
          const notInHistory = history.record(batch);
          if (!journal.keeps(batch.origin)) refused = togetherRefused(refused, notInHistory);
        }
        return refused;
      },
      figures: async () => ({
        ...journalFigures(journal.figures),
        ...historyFigures(history),
        ...(await database.figures()),
      }),
      async stop() {
        await Promise.all([journal.stop(), history.stop(), database.close()]);
      },
    };
  },
});

function openOutlet(journal: Journal, name: string, origins: readonly Origin[]): Outlet {
  const full = `output/${name}`;
  const reader = journal.reader(full, origins);
  return {
    read: (limit, from) => reader.read(limit, from),
    advance: (to) => reader.advance(to),
    get position() {
      return reader.position;
    },
    get waiting() {
      return Math.max(0, journal.figures.end.metric - reader.position.metric);
    },
    get lost() {
      return journal.lostBy(full);
    },
    get mark() {
      return journal.mark;
    },
  };
}

function journalFigures({ end, sizeBytes, segments, paused }: JournalFigures): Record<string, string> {
  return {
    "journal.bytes": String(sizeBytes),
    "journal.segments": String(segments),
    "journal.written": String(end.metric),
    "journal.state": paused ?? "ok",
  };
}

function historyFigures(history: History): Record<string, string> {
  const { series, points, bytes, blocks } = history.figures();
  return {
    "history.series": String(series),
    "history.points": String(points),
    "history.bytes": String(bytes),
    "history.blocks": String(blocks),
  };
}
