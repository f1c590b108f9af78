// Value lists → metrics: nothing twice, counters as rates, and everything that is left out counted.
import type { ValueList } from "../../formats/collectd-packet/value-list.ts";
import type { CollectdTypes } from "../../formats/collectd-types/parse-types-db.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { Log } from "../../kernel/log.ts";
import type { BatchBuffer } from "../batch-buffer.ts";
import type { ListenerTally } from "../listener-tally.ts";
import { type Bounds, createNaming } from "./collectd-series.ts";
import {
  IdentifierMemory,
  keyOf,
  type Remembered,
  type SentList,
  usualIntervalMs,
} from "./identifier-memory.ts";
import { type Earlier, rateOf } from "./rate.ts";

/** Clocks of hosts differ; what is further ahead would make everything that follows look old. */
const aheadLimitMs = 3_600_000;

export interface IntakeSettings {
  readonly rates: boolean;
  readonly types: CollectdTypes;
  /** Identifiers that are remembered; further ones are left out until others have fallen silent. */
  readonly limit: number;
}

export interface IntakeNeeds {
  readonly clock: Clock;
  readonly log: Log;
  readonly tally: Pick<ListenerTally, "metrics" | "fault">;
  readonly buffer: Pick<BatchBuffer, "add">;
}

export interface Intake {
  take(list: SentList): void;
  /** Lets go of what has been silent for long. To be called now and then. */
  sweep(): void;
}

export function createIntake({ rates, types, limit }: IntakeSettings, needs: IntakeNeeds): Intake {
  const { clock, tally, buffer } = needs;
  const memory = new IdentifierMemory(limit);
  const naming = createNaming(types, needs.log);

  /** Otherwise why not. What came before or overtook something newer is dropped by collectd as well. */
  const remember = (list: SentList): { now: Remembered; before: Remembered | undefined } | string => {
    if (list.timeMs > clock.now() + aheadLimitMs) return "a time more than an hour ahead";
    const nowMs = clock.monotonicMs();
    const key = keyOf(list);
    const before = memory.get(key, nowMs);
    if (before !== undefined && list.timeMs <= before.list.timeMs) return "too old";
    // A flood of new ones costs no names.
    if (!memory.hasRoom(key)) return "too many identifiers";
    const isAlike = before !== undefined && areAlike(before.list, list);
    const now = { series: isAlike ? before.series : naming(list), list, seenMs: nowMs };
    memory.set(key, now);
    return { now, before: isAlike ? before : undefined };
  };

  const valueAt = (place: number, now: Remembered, before: Remembered | undefined): number | undefined => {
    const value = now.list.values[place];
    if (value === undefined) return undefined;
    if (!rates || value.kind === "gauge") return finite(Number(value.value));
    const rate = rateOf(value, earlierOf(place, now, before), now.list.intervalMs || usualIntervalMs);
    return rate === undefined ? undefined : within(now.series.bounds[place], rate);
  };

  const within = (bounds: Bounds | undefined, rate: number): number | undefined => {
    if (rate >= (bounds?.min ?? -Infinity) && rate <= (bounds?.max ?? Infinity)) return finite(rate);
    tally.fault("a rate beyond the bounds of its type");
    return undefined;
  };

  const finite = (value: number): number | undefined => {
    if (Number.isFinite(value)) return value;
    tally.fault("a value that is not a number");
    return undefined;
  };

  return {
    take(list) {
      const known = remember(list);
      if (typeof known === "string") {
        tally.fault(known);
        return;
      }
      const { host, tags, names } = known.now.series;
      const timestampMs = Math.round(list.timeMs);
      let taken = 0;
      for (const [place, name] of names.entries()) {
        const value = valueAt(place, known.now, known.before);
        if (value === undefined) continue;
        buffer.add({ name, tags, value, timestampMs }, host);
        taken += 1;
      }
      tally.metrics(taken);
    },
    sweep: () => memory.sweep(clock.monotonicMs()),
  };
}

/** A sender that changed its mind on what it sends begins anew. */
function areAlike({ values: before }: ValueList, { values: now }: ValueList): boolean {
  return before.length === now.length && before.every(({ kind }, place) => now[place]?.kind === kind);
}

function earlierOf(place: number, { list }: Remembered, before: Remembered | undefined): Earlier | undefined {
  const value = before?.list.values[place]?.value;
  if (before === undefined || value === undefined) return undefined;
  return { value, elapsedMs: list.timeMs - before.list.timeMs };
}
