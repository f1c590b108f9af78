// Everything of the history that changes files: what is done at each flush, and what is done now and then.
import type { Clock } from "../../kernel/clock.ts";
import { reasonOf } from "../../kernel/errors.ts";
import type { HeadKeeper } from "./head-keeper.ts";
import type { Archive } from "./query.ts";
import { expireByAge, expireBySize } from "./retention.ts";
import { dueSpans, rollUp, stepsOf } from "./roll-up.ts";
import { keepPartsTaken } from "./rolled-up.ts";
import { type Slices, Stopped } from "./slices.ts";
import type { Tallies } from "./tallies.ts";

/** A clock may be wrong at the start and be set later: for so long nothing is deleted, or rolled up, for its age. */
const distrustMs = 3_600_000;

interface WriterNeeds {
  readonly archive: Archive;
  readonly clock: Clock;
  readonly keeper: HeadKeeper;
  readonly slices: Slices;
  readonly tallies: Tallies;
  readonly settled: () => number;
  readonly limitBytes: number;
}

export interface Writer {
  /** Brings the logs up to date, once the directory could be made and read. Never rejects: resolves to why it failed. */
  flush(): Promise<string | undefined>;
  /** Makes and rolls up blocks and deletes old ones; a second caller waits for the work under way. Never rejects. */
  upkeep(): Promise<void>;
}

/** Everything that changes files. The logs are written on time even while a long roll-up is under way. */
export function createWriter(needs: WriterNeeds): Writer {
  const { archive, clock, keeper, tallies } = needs;
  const openedAtMs = clock.monotonicMs();
  const { shelves, heads } = archive;
  let found = false;
  let upkeep: Promise<void> | undefined;

  const find = async () => {
    if (found) return;
    let names: string[] = [];
    for (const shelf of [...shelves].reverse()) names = await shelf.open();
    keepPartsTaken(shelves);
    found = true;
    await keeper.restore(names);
  };
  const once = async () => {
    if (!found) return;
    const isSettled = clock.monotonicMs() - openedAtMs >= distrustMs;
    let fault: string | undefined;
    for (const work of upkeepOf(needs, isSettled)) {
      const thrown = await faultIn(work);
      if (thrown instanceof Stopped) return;
      if (thrown !== undefined) fault ??= reasonOf(thrown);
    }
    heads.failing = fault !== undefined;
    tallies.wrote("blocks", fault);
  };
  return {
    async flush() {
      const thrown = await faultIn(async () => {
        await find();
        await keeper.flush();
      });
      if (!found) heads.failing = true;
      const fault = thrown === undefined ? undefined : reasonOf(thrown);
      tallies.wrote("logs", fault);
      return fault;
    },
    upkeep: () => {
      upkeep ??= once().finally(() => {
        upkeep = undefined;
      });
      return upkeep;
    },
  };
}

/** What is to be done now and then, each whether or not the one before failed: deleting helps a full disk. */
function upkeepOf(
  { archive, keeper, slices, tallies, settled, limitBytes }: WriterNeeds,
  isSettled: boolean,
) {
  const { shelves, heads } = archive;
  const rollUps = async () => {
    const steps = stepsOf(shelves);
    for (const [place, step] of steps.entries()) {
      for (const [startMs, blocks] of dueSpans(step, heads, settled(), steps[place - 1]))
        await rollUp(step, { startMs, blocks }, slices);
    }
  };
  return [
    () => keeper.seal(settled()),
    ...(isSettled ? [rollUps, () => expireByAge(shelves, settled(), tallies)] : []),
    () => expireBySize(shelves, limitBytes, tallies),
  ];
}

async function faultIn(work: () => Promise<void>): Promise<unknown> {
  try {
    await work();
    return undefined;
  } catch (thrown) {
    return thrown;
  }
}
