// The history: takes points, writes them down, makes and rolls up blocks, and answers for one series at a time.
import { join } from "node:path";
import type { Clock } from "../../kernel/clock.ts";
import { type Disk, systemDisk } from "../../kernel/disk.ts";
import { AgentError } from "../../kernel/errors.ts";
import type { Log } from "../../kernel/log.ts";
import { startSchedule } from "../../kernel/schedule.ts";
import { createSettledTime } from "../../kernel/settled-time.ts";
import type { Telemetry } from "../../kernel/telemetry.ts";
import type { Batch } from "../../metric/metric.ts";
import { noneRefused, type Refused } from "../../metric/refused.ts";
import { aggregationBy } from "./aggregation.ts";
import { coalesced } from "./coalesced.ts";
import type { HistoryConfig } from "./config.ts";
import { createHeadKeeper } from "./head-keeper.ts";
import { Heads } from "./heads.ts";
import { OpenFiles } from "./open-files.ts";
import {
  type Archive,
  answer,
  type HistoryAnswer,
  type HistoryGrid,
  type HistoryRequest,
  pointsOf,
} from "./query.ts";
import { createRecorder } from "./recorder.ts";
import { sizeOf } from "./retention.ts";
import { knownSeries, type SeriesMatch } from "./series-names.ts";
import { Shelf } from "./shelf.ts";
import { createSlices } from "./slices.ts";
import { createTallies } from "./tallies.ts";
import { createWriter, type Writer } from "./writer.ts";

export interface HistoryNeeds {
  readonly clock: Clock;
  readonly log: Log;
  readonly telemetry: Telemetry;
  /** Made when it is missing; nobody else writes there. */
  readonly directory: string;
  /** The system's when absent. */
  readonly disk?: Disk;
}

export interface HistoryFigures {
  /** Series that had a point in this span or the one before. */
  readonly series: number;
  /** In memory and on disk, rolled-up ones too. */
  readonly points: number;
  /** On disk, without the logs of what is in memory. */
  readonly bytes: number;
  readonly blocks: number;
}

export interface History {
  /** Takes the points of a batch; those that cannot be kept are counted, and told. Never throws. */
  record(batch: Batch): Refused;
  /**
   * The same for who can wait: points of times far apart are taken one span after the other. Rejects with `store.failed`
   * when there is no room for them in a while; what was taken stays.
   */
  take(batch: Batch): Promise<Refused>;
  /** Rejects with `body.invalid` when the times are none or ask for more than 20,000 points. */
  query(request: HistoryRequest): Promise<HistoryAnswer>;
  /** The same as a value for each bucket: for who wants many of them. */
  grid(request: HistoryRequest): Promise<HistoryGrid>;
  /** How long points are kept at the coarsest resolution. */
  readonly keepMs: number;
  /** Keys of series that had points of late, sorted. */
  series(match?: SeriesMatch): Promise<string[]>;
  figures(): HistoryFigures;
  /**
   * Resolves when all points that were taken before are on disk for good. Rejects with `store.failed` when they cannot
   * be written for now. Those who wait at the same time are served together.
   */
  save(): Promise<void>;
  /** Brings what is in memory to disk and does what is due. Never rejects: what failed is tried again. */
  flush(): Promise<void>;
  /** Safe to call twice. */
  stop(): Promise<void>;
}

/** Opens the history of a directory. Never rejects: what cannot be read is set aside, what cannot be written waits. */
export async function openHistory(config: HistoryConfig, needs: HistoryNeeds): Promise<History> {
  const { clock, directory, disk = systemDisk, telemetry } = needs;
  const log = needs.log.child("history");
  const tallies = createTallies({ log, telemetry });
  const slices = createSlices(clock);
  const files = new OpenFiles();
  const shelves = config.resolutions.map(
    (resolution) => new Shelf(resolution, join(directory, resolution.name), { disk, log, tallies, files }),
  );
  const finest = shelves[0] as Shelf;
  const upkeepSoon = () => void Promise.resolve().then(() => writer.upkeep());
  const aggregationOf = aggregationBy(config.aggregation);
  const heads = new Heads(finest.resolution, {
    clock,
    aggregationOf,
    tallies,
    maxSeries: config.max_series,
    hasRoomFor: (startMs) => finest.hasRoomFor(startMs),
    onEnded: upkeepSoon,
  });
  const keeper = createHeadKeeper({
    clock,
    log,
    heads,
    shelf: finest,
    slices,
    logSlices: createSlices(clock),
  });
  const settled = createSettledTime(clock);
  const archive: Archive = { shelves, heads, aggregationOf };
  const writer = createWriter({
    archive,
    clock,
    keeper,
    slices,
    tallies,
    settled,
    limitBytes: config.max_size,
  });
  await writer.flush();

  const schedule = startSchedule(
    {
      name: "history",
      everyMs: config.flush_every,
      async run() {
        await writer.flush();
        upkeepSoon();
      },
    },
    { clock, log, telemetry },
  );
  const figures = () => figuresOf(archive);
  showFigures(figures, telemetry);
  const keepMs = Math.max(...config.resolutions.map((resolution) => resolution.keepMs));
  const times = { clock, settled, keepMs };
  const recorder = createRecorder({ ...times, heads, tallies, directory, makeRoom: writer.upkeep });
  let stopped = false;
  return {
    record: (batch) => (stopped ? noneRefused : recorder.record(batch)),
    take: recorder.take,
    query: async (request) => pointsOf(await answer(archive, request, settled())),
    grid: (request) => answer(archive, request, settled()),
    keepMs,
    series: (match) => knownSeries(archive, match),
    figures,
    save: coalesced(() => save(writer, directory)),
    async flush() {
      await writer.flush();
      await writer.upkeep();
    },
    async stop() {
      if (stopped) return;
      stopped = true;
      slices.stop();
      await schedule.stop();
      await writer.upkeep();
      await writer.flush();
      await files.stop();
    },
  };
}

function showFigures(figures: () => HistoryFigures, telemetry: Telemetry): void {
  telemetry.gauge("history_series", "Series that count against the limit.", () => figures().series);
  telemetry.gauge("history_points_kept", "Points in memory and on disk.", () => figures().points);
  telemetry.gauge("history_bytes", "Bytes of the blocks on disk.", () => figures().bytes);
  telemetry.gauge("history_blocks", "Blocks on disk.", () => figures().blocks);
}

async function save(writer: Writer, path: string): Promise<void> {
  const reason = await writer.flush();
  if (reason !== undefined) throw new AgentError("store.failed", { path, reason });
}

function figuresOf({ shelves, heads }: Archive): HistoryFigures {
  let points = heads.all.reduce((sum, head) => sum + head.pointCount, 0);
  let blocks = 0;
  for (const shelf of shelves) {
    blocks += shelf.blocks.length;
    for (const block of shelf.blocks) points += block.points;
  }
  return { series: heads.seriesCount, points, bytes: sizeOf(shelves), blocks };
}
