// What programs leave behind outside their process groups: found as orphans of the agent, ended and reaped.
//
// The agent is the subreaper of all that it starts: a process whose parent dies becomes its child, whatever group or
// session it chose. Nothing is done for a run that leaves nobody behind; the list of children is looked at a little
// after runs ended, at most so many times a second.
import type { Clock, Timer } from "../../kernel/clock.ts";
import type { Libc } from "../libc.ts";
import { type ChildProcess, childPids, childProcess } from "./child-processes.ts";
import { mayLeaveDaemons, RunMarks } from "./run-marks.ts";

const setSubreaper = 36;
const getSubreaper = 37;
const noHang = 1;

const lookAfterMs = 50;
const lookAgainMs = 10;
const lookLimitMs = 1000;
/** How long a killed process may take to be gone before it counts as leaked. */
const dyingMs = 250;
/** How long a dead child without a mark stays: whoever waits for it has done so long since. */
const unclaimedMs = 5000;
const stopLimitMs = 1000;
/** Passes of one look: each finds the children of those that the one before killed. */
const passLimit = 20;
/** Looks in a row that have to find nothing. */
const quietLooks = 2;
const endedLateLimit = 1000;

export interface LeftoverNeeds {
  readonly libc: Libc;
  readonly clock: Clock;
  /** True for a process that an engine started and will reap. */
  isOwned(pid: number): boolean;
  /** Ends it at once; may throw for one that is gone, or is not ours to end. */
  kill(pid: number): void;
  /** Told of a process that outlives KILL, and again when it is gone after all. */
  onLeak(change: 1 | -1): void;
}

/** One run, from its start to its end. */
export interface RunTrace {
  /** Everything that `begin` starts before it awaits belongs to the run. */
  during<Result>(begin: () => Result): Result;
  /** What is left of it is ended; daemons may stay if it may leave them and was not ended itself. */
  end(how: "by itself" | "late"): void;
}

interface Killed {
  readonly atMs: number;
  leaked: boolean;
}

export class Leftovers {
  readonly #needs: LeftoverNeeds;
  readonly #marks: RunMarks;
  readonly #wasSubreaper: boolean;
  readonly #running = new Set<bigint>();
  /** Runs that might have left daemons, had they not been ended. */
  readonly #endedLate = new Set<bigint>();
  readonly #killed = new Map<string, Killed>();
  /** Dead children without a mark → when they were first seen. */
  #unclaimed = new Map<string, number>();
  readonly #onChildSignal = () => this.#lookSoon();
  #listening = false;
  #timer: Timer | undefined;
  #quiet = 0;
  #delayMs = lookAgainMs;

  /** Undefined where the kernel keeps no list of children. */
  static start(needs: LeftoverNeeds): Leftovers | undefined {
    const was = new Int32Array(1);
    const { libc } = needs;
    if (childPids() === undefined || libc.prctlInto(getSubreaper, was) !== 0) return undefined;
    return libc.prctl(setSubreaper, 1) === 0 ? new Leftovers(needs, was[0] === 1) : undefined;
  }

  private constructor(needs: LeftoverNeeds, wasSubreaper: boolean) {
    this.#needs = needs;
    this.#marks = new RunMarks(needs.libc);
    this.#wasSubreaper = wasSubreaper;
  }

  trace(mayLeave: boolean): RunTrace {
    const mark = this.#marks.next(mayLeave);
    this.#running.add(mark);
    return {
      during: (begin) => this.#marks.during(mark, begin),
      end: (how) => this.#end(mark, how),
    };
  }

  /** To be called when every run has ended: waits a moment for what they left. */
  async stop(): Promise<void> {
    this.#timer?.cancel();
    this.#quiet = 0;
    for (let waitedMs = 0; this.#quiet < quietLooks && waitedMs < stopLimitMs; waitedMs += lookAgainMs) {
      this.#quiet = this.#look() ? 0 : this.#quiet + 1;
      await new Promise((resolve) => setTimeout(resolve, lookAgainMs));
    }
    this.#listen(false);
    if (!this.#wasSubreaper) this.#needs.libc.prctl(setSubreaper, 0);
  }

  #end(mark: bigint, how: "by itself" | "late"): void {
    if (!this.#running.delete(mark)) return;
    if (how === "late" && mayLeaveDaemons(mark)) {
      this.#endedLate.add(mark);
      if (this.#endedLate.size > endedLateLimit) this.#endedLate.delete(first(this.#endedLate));
    }
    this.#lookSoon();
  }

  #lookSoon(): void {
    this.#quiet = 0;
    this.#delayMs = lookAgainMs;
    this.#timer ??= this.#needs.clock.after(lookAfterMs, () => this.#lookAndArm());
  }

  /** Again, ever more seldom, until nothing was found twice; what stays dead and unclaimed is looked at later. */
  #lookAndArm(): void {
    this.#timer = undefined;
    this.#quiet = this.#look() ? 0 : this.#quiet + 1;
    if (this.#killed.size === 0 && this.#quiet >= quietLooks) {
      if (this.#unclaimed.size > 0) this.#arm(unclaimedMs);
      return;
    }
    this.#arm(this.#killed.size === 0 ? lookAfterMs : this.#delayMs);
    this.#delayMs = Math.min(this.#delayMs * 2, lookLimitMs);
  }

  #arm(delayMs: number): void {
    this.#timer = this.#needs.clock.after(delayMs, () => this.#lookAndArm());
  }

  /** True when somebody was killed, or is dying. */
  #look(): boolean {
    let found = false;
    for (let pass = 0; pass < passLimit; pass += 1) {
      const children = strangersAmong(childPids() ?? [], this.#needs.isOwned);
      this.#forgetAllBut(children);
      this.#listen(children.length > 0);
      const killed = children.filter((child) => this.#attend(child)).length;
      found ||= killed > 0 || this.#killed.size > 0;
      if (killed === 0) break;
    }
    return found;
  }

  /** Whoever is a child of ours and of no engine's is to be reaped when he dies, also while nothing runs. */
  #listen(wanted: boolean): void {
    if (wanted === this.#listening) return;
    this.#listening = wanted;
    if (wanted) process.on("SIGCHLD", this.#onChildSignal);
    else process.off("SIGCHLD", this.#onChildSignal);
  }

  /** True when it was killed just now. */
  #attend(child: ChildProcess): boolean {
    const mark = this.#marks.of(child.pid);
    if (child.isZombie) {
      if (mark !== undefined || this.#isUnclaimed(child))
        this.#needs.libc.waitpid(child.pid, new Int32Array(1), noHang);
      return false;
    }
    return mark !== undefined && this.#isLeft(mark) && this.#kill(child);
  }

  #isLeft(mark: bigint): boolean {
    if (this.#running.has(mark)) return false;
    return !mayLeaveDaemons(mark) || this.#endedLate.has(mark);
  }

  #kill({ pid, ...child }: ChildProcess): boolean {
    const nowMs = this.#needs.clock.monotonicMs();
    const name = nameOf({ pid, ...child });
    const before = this.#killed.get(name);
    try {
      this.#needs.kill(pid);
    } catch {
      // Gone, which is what was wanted, or not ours to end: then it counts as leaked.
    }
    if (before === undefined) {
      this.#killed.set(name, { atMs: nowMs, leaked: false });
      return true;
    }
    if (!before.leaked && nowMs - before.atMs >= dyingMs) {
      before.leaked = true;
      this.#needs.onLeak(1);
    }
    return false;
  }

  #isUnclaimed(child: ChildProcess): boolean {
    const nowMs = this.#needs.clock.monotonicMs();
    const name = nameOf(child);
    const sinceMs = this.#unclaimed.get(name) ?? nowMs;
    this.#unclaimed.set(name, sinceMs);
    return nowMs - sinceMs >= unclaimedMs;
  }

  #forgetAllBut(children: readonly ChildProcess[]): void {
    const zombies = new Set(children.filter(({ isZombie }) => isZombie).map(nameOf));
    const living = new Set(children.filter(({ isZombie }) => !isZombie).map(nameOf));
    this.#unclaimed = new Map([...this.#unclaimed].filter(([name]) => zombies.has(name)));
    for (const [name, { leaked }] of this.#killed) {
      if (living.has(name)) continue;
      this.#killed.delete(name);
      if (leaked) this.#needs.onLeak(-1);
    }
  }
}

function strangersAmong(pids: readonly number[], isOwned: (pid: number) => boolean): ChildProcess[] {
  return pids.flatMap((pid) => (isOwned(pid) ? [] : (childProcess(pid) ?? [])));
}

function nameOf({ pid, startedAt }: ChildProcess): string {
  return `${pid} ${startedAt}`;
}

function first<Item>(items: ReadonlySet<Item>): Item {
  const [item] = items;
  return item as Item;
}
