// What one request may cost: time, with pauses for whoever else waits, and values, series and bytes.
import type { Clock } from "../kernel/clock.ts";
import type { Pace } from "../kernel/pace.ts";
import { refusal } from "./fault.ts";
import { checkedName } from "./names/name-text.ts";
import { noValues, type Series } from "./series.ts";

export interface WorkLimits {
  readonly deadlineMs: number;
  readonly maxPoints: number;
  readonly maxSeries: number;
}

type Held = Pick<Series, "name" | "values">;

export interface Work {
  /** To be awaited between pieces of work: lets others run after a while, rejects when the time is over. */
  breathe(): Promise<void>;
  /** Whether it is time to breathe: for loops that are too tight to await. */
  readonly isDue: boolean;
  /** Places without a value, counted among those that are held; throws when they are too many. */
  room(count: number): Float64Array;
  /** Values that stay until the request is answered. */
  keep(values: Float64Array): void;
  /** Counts what a function made: new values, series and their names; throws when they are too many. */
  hold(list: readonly Held[]): void;
  /** Forgets the values of some that are not needed any more, but for those that others still hold. */
  release(list: readonly Held[], stillHeld: readonly Held[]): void;
  /** Counts series that are read. */
  takeSeries(count: number): void;
  /** Counts series that a pattern stands for, known ones too. */
  takeListed(count: number): void;
  /** Counts a function that is applied. */
  takeCall(): void;
  /** Counts bytes of the answer; throws when they are too many. */
  takeBytes(count: number): void;
}

/** Functions that one request may apply: some evaluate their arguments more than once. */
const callLimit = 4000;
/** Values of one series: what is done to one is done without a pause. */
const longest = 200_000;
/** For each series that may be read, how many may stand in lists. */
const listedShare = 20;
/** Characters of all names in a list. */
const namesLimit = 5_000_000;
const answerLimitBytes = 64 * 1024 * 1024;

export interface WorkNeeds {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly pace: Pace;
}

export function startWork(limits: WorkLimits, needs: WorkNeeds): Work {
  const counted = (limit: number, reason: string) => {
    let count = 0;
    return (more: number) => {
      count += more;
      if (!(count <= limit)) throw refusal(reason);
    };
  };
  const mostListed = limits.maxSeries * listedShare;
  const series = `more than ${limits.maxSeries} series are asked for`;
  const listed = `more than ${mostListed} series are asked for, repeated ones among them`;
  const calls = `more than ${callLimit} functions are to be applied`;
  const bytes = `the answer is larger than ${answerLimitBytes} bytes; ask for less time or fewer series`;
  return {
    ...breathing(limits.deadlineMs, needs),
    ...valuesOf(limits.maxPoints, mostListed),
    get isDue() {
      return needs.pace.isDue;
    },
    takeSeries: counted(limits.maxSeries, series),
    takeListed: counted(mostListed, listed),
    takeCall: counted(callLimit, calls).bind(undefined, 1),
    takeBytes: counted(answerLimitBytes, bytes),
  };
}

function breathing(deadlineMs: number, { clock, signal, pace }: WorkNeeds): Pick<Work, "breathe"> {
  const startedMs = clock.monotonicMs();
  return {
    async breathe() {
      if (signal.aborted) throw refusal("the agent is stopping");
      if (clock.monotonicMs() - startedMs > deadlineMs) {
        throw refusal(`the answer takes longer than ${deadlineMs} ms; ask for less`);
      }
      if (pace.isDue) await pace.yield();
    },
  };
}

type Values = Pick<Work, "room" | "keep" | "hold" | "release">;

/** Each array is counted once, however many series have it. */
function valuesOf(maxPoints: number, mostListed: number): Values {
  const known = new WeakSet<Float64Array>();
  const kept = new WeakSet<Float64Array>();
  let points = 0;
  const check = (count: number) => {
    if (count <= maxPoints) return;
    throw refusal(`the answer needs more than ${maxPoints} values; ask for less time or fewer series`);
  };
  const take = (count: number) => {
    if (!(count <= longest)) throw refusal(`a series of more than ${longest} values is asked for`);
    check(points + count);
    points += count;
  };
  const takeValues = (values: Float64Array) => {
    if (known.has(values)) return;
    take(values.length);
    known.add(values);
  };
  return {
    room(count) {
      take(count);
      const values = noValues(count);
      known.add(values);
      return values;
    },
    keep(values) {
      takeValues(values);
      kept.add(values);
    },
    hold(list) {
      if (list.length > mostListed) throw refusal(`a list of more than ${mostListed} series is asked for`);
      let [all, letters] = [0, 0];
      for (const { name, values } of list) {
        takeValues(values);
        all += values.length;
        letters += checkedName(name).length;
      }
      // What is repeated costs no room, but its answer does.
      check(all);
      if (letters > namesLimit) throw refusal(`names of more than ${namesLimit} characters are asked for`);
    },
    release(list, stillHeld) {
      const needed = new Set(stillHeld.map(({ values }) => values));
      for (const { values } of list) {
        if (kept.has(values) || needed.has(values) || !known.delete(values)) continue;
        points -= values.length;
      }
    },
  };
}
