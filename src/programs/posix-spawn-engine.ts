// Starts programs with posix_spawn: the cost does not grow with the agent's memory (decision 0004).
//
// Ends are told by SIGCHLD. Outputs are pipes that are read when the program ends, and now and then while it runs, so
// that a short program costs no event-loop handle at all. A dead program stays a zombie until it is released: its
// process group id cannot be given to anybody else while signals may still be sent to it.
import { readdirSync } from "node:fs";
import {
  type Child,
  type ChildEvents,
  type Engine,
  type ProgramExit,
  type StartRequest,
  signalGroup,
} from "./engine.ts";
import { type Libc, systemError } from "./libc.ts";
import { OutputPipe } from "./output-pipe.ts";

const closeOnExec = 0o2000000;
/** F_GETFD, F_SETFD and FD_CLOEXEC. */
const [getFlags, setFlags, closesOnExec] = [1, 2, 1];
/** waitid: one process, without waiting, of those that ended, leaving it to be asked again. */
const onePid = 1;
const askOnly = 1 | 4 | 0x01000000;
const noHang = 1;
/** Places in siginfo_t (Linux); the status stands four bytes earlier where pointers are short. */
const signalOffset = 0;
const codeOffset = 8;
const statusOffset = process.arch === "arm" || process.arch === "ia32" ? 20 : 24;
/** CLD_EXITED; the other codes are signals. */
const exitedByItself = 1;
/** POSIX_SPAWN_SETPGROUP, SETSIGDEF and SETSIGMASK: the same numbers in glibc and musl. */
const spawnFlags = 0x02 | 0x04 | 0x08;

const lookFirstMs = 2;
const lookLimitMs = 50;
const stopLimitMs = 500;
const stopLookMs = 10;

interface Live {
  readonly pid: number;
  readonly events: ChildEvents;
  readonly pipes: readonly OutputPipe[];
  exited: boolean;
  closed: boolean;
  released: boolean;
}

interface Outputs {
  readonly pipes: readonly OutputPipe[];
  /** Descriptors that become the program's standard output and error; twice the same one where they are merged. */
  readonly writeEnds: readonly [number, number];
}

export function createPosixSpawnEngine(libc: Libc): Engine {
  return new PosixSpawnEngine(libc);
}

/** What the agent was started with is for the agent: a lock or a socket of its starter is no program's. */
function keepInherited(libc: Libc): void {
  for (const name of readdirSync("/proc/self/fd")) {
    const descriptor = Number(name);
    const flags = descriptor > 2 ? libc.fcntl(descriptor, getFlags, 0) : -1;
    if (flags >= 0) libc.fcntl(descriptor, setFlags, flags | closesOnExec);
  }
}

class PosixSpawnEngine implements Engine {
  readonly name = "posix_spawn";
  readonly #libc: Libc;
  readonly #live = new Map<number, Live>();
  readonly #attributes: Buffer;
  readonly #actions = Buffer.alloc(512);
  readonly #number = new Int32Array(1);
  readonly #pairs = new WeakMap<StartRequest["environment"], readonly (string | null)[]>();
  readonly #info = Buffer.alloc(256);
  readonly #devNull: number;
  readonly #onChildSignal = () => this.#noticeEnds();
  #lookTimer: NodeJS.Timeout | undefined;
  #lookDelayMs = lookFirstMs;

  constructor(libc: Libc) {
    this.#libc = libc;
    keepInherited(libc);
    this.#devNull = libc.open("/dev/null", closeOnExec);
    this.#attributes = makeAttributes(libc);
    process.on("SIGCHLD", this.#onChildSignal);
  }

  async start(request: StartRequest, events: ChildEvents): Promise<Child> {
    const outputs = this.#openOutputs(request.merged);
    const failure = this.#spawn(request, outputs);
    for (const descriptor of new Set(outputs.writeEnds)) this.#libc.close(descriptor);
    if (failure !== 0) {
      for (const pipe of outputs.pipes) pipe.close();
      throw systemError(failure, "posix_spawn");
    }
    const pid = this.#number[0] ?? 0;
    const live: Live = { pid, events, pipes: outputs.pipes, exited: false, closed: false, released: false };
    this.#live.set(pid, live);
    this.#lookSoon();
    return {
      pid,
      signalGroup: (signal) => signalGroup(pid, signal),
      release: () => this.#release(live),
    };
  }

  owns(pid: number): boolean {
    return this.#live.has(pid);
  }

  async stop(): Promise<void> {
    for (let waitedMs = 0; this.#live.size > 0 && waitedMs < stopLimitMs; waitedMs += stopLookMs) {
      await new Promise((resolve) => setTimeout(resolve, stopLookMs));
    }
    process.off("SIGCHLD", this.#onChildSignal);
    clearTimeout(this.#lookTimer);
    this.#libc.close(this.#devNull);
  }

  #openOutputs(merged: boolean): Outputs {
    const out = OutputPipe.open("stdout", this.#libc);
    if (merged) return { pipes: [out.pipe], writeEnds: [out.writeEnd, out.writeEnd] };
    try {
      const err = OutputPipe.open("stderr", this.#libc);
      return { pipes: [out.pipe, err.pipe], writeEnds: [out.writeEnd, err.writeEnd] };
    } catch (thrown) {
      out.pipe.close();
      this.#libc.close(out.writeEnd);
      throw thrown;
    }
  }

  /** An error number, or 0. */
  #spawn({ path, argv, environment }: StartRequest, { writeEnds: [stdout, stderr] }: Outputs): number {
    const libc = this.#libc;
    const actions = this.#actions;
    libc.fileActionsInit(actions);
    libc.fileActionsDup2(actions, this.#devNull, 0);
    libc.fileActionsDup2(actions, stdout, 1);
    libc.fileActionsDup2(actions, stderr, 2);
    try {
      return libc.spawn(
        this.#number,
        path,
        actions,
        this.#attributes,
        [...argv, null],
        this.#pairsOf(environment),
      );
    } finally {
      libc.fileActionsDestroy(actions);
    }
  }

  /** Most programs get the same variables. */
  #pairsOf(environment: StartRequest["environment"]): readonly (string | null)[] {
    const known = this.#pairs.get(environment);
    if (known !== undefined) return known;
    const pairs = [...Object.entries(environment).map(([name, value]) => `${name}=${value}`), null];
    this.#pairs.set(environment, pairs);
    return pairs;
  }

  /** SIGCHLD may stand for several ends, or for a child of somebody else; every program of ours is asked. */
  #noticeEnds(): void {
    for (const live of this.#live.values()) {
      const exit = live.exited ? undefined : this.#askForExit(live.pid);
      if (exit === undefined) continue;
      live.exited = true;
      this.#drain(live);
      live.events.exited(exit);
      if (live.released) this.#reap(live);
      else if (!live.closed) this.#lookSoon();
    }
  }

  /** How the program ended, without reaping it; undefined while it runs. */
  #askForExit(pid: number): ProgramExit | undefined {
    const info = this.#info.fill(0);
    const asked = this.#libc.waitid(onePid, pid, info, askOnly);
    if (asked !== 0 || info.readInt32LE(signalOffset) === 0) return undefined;
    const value = info.readInt32LE(statusOffset);
    return info.readInt32LE(codeOffset) === exitedByItself ? { status: value } : { signal: value };
  }

  #lookSoon(): void {
    this.#lookDelayMs = lookFirstMs;
    if (this.#lookTimer === undefined) this.#armLook();
  }

  #armLook(): void {
    this.#lookTimer = setTimeout(() => {
      this.#lookTimer = undefined;
      this.#look();
    }, this.#lookDelayMs);
  }

  /** Again as long as a program runs: that also keeps the process alive, and finds an end that no signal told. */
  #look(): void {
    let moved = false;
    for (const live of this.#live.values()) moved = this.#drain(live) || moved;
    this.#noticeEnds();
    this.#lookDelayMs = moved ? lookFirstMs : Math.min(this.#lookDelayMs * 2, lookLimitMs);
    const waited = [...this.#live.values()].some(({ released }) => !released);
    if (waited && this.#lookTimer === undefined) this.#armLook();
  }

  /** True when there was something to read. */
  #drain(live: Live): boolean {
    if (live.released || live.closed) return false;
    let movedBytes = 0;
    for (const pipe of live.pipes) movedBytes += pipe.drain((bytes) => live.events.output(pipe.name, bytes));
    live.closed = live.pipes.every(({ isOpen }) => !isOpen);
    if (live.closed) live.events.closed();
    return movedBytes > 0;
  }

  #release(live: Live): void {
    if (live.released) return;
    live.released = true;
    for (const pipe of live.pipes) pipe.close();
    if (live.exited) this.#reap(live);
  }

  #reap(live: Live): void {
    if (this.#live.delete(live.pid)) this.#libc.waitpid(live.pid, this.#number, noHang);
  }
}

function makeAttributes(libc: Libc): Buffer {
  const attributes = Buffer.alloc(1024);
  libc.attributesInit(attributes);
  libc.attributesSetFlags(attributes, spawnFlags);
  libc.attributesSetGroup(attributes, 0);
  libc.attributesSetDefaultSignals(attributes, Buffer.alloc(128, 0xff));
  libc.attributesSetMask(attributes, Buffer.alloc(128));
  return attributes;
}
