// Starts programs with posix_spawn: the cost does not grow with the agent's memory (decision 0004).
//
// Ends are told by SIGCHLD. Outputs are pipes that are read when the program ends, and now and then while it runs, so
// that a short program costs no event-loop handle at all. A dead program stays a zombie until it is released: its
// process group id cannot be given to anybody else while signals may still be sent to it.
import {
  type Child,
  type ChildEvents,
  type Engine,
  type OutputName,
  type ProgramExit,
  type StartRequest,
  signalGroup,
} from "./engine.ts";
import { type Libc, systemError } from "./libc.ts";

const closeOnExec = 0o2000000;
const nonBlocking = 0o4000;
const setStatusFlags = 4;
const setPipeSize = 1031;
const waitForPid = 1;
const noHang = 1;
const exitedChildren = 4;
const leaveWaitable = 0x01000000;
/** Places in siginfo_t (Linux); the status stands four bytes earlier where pointers are short. */
const signalOffset = 0;
const codeOffset = 8;
const statusOffset = process.arch === "arm" || process.arch === "ia32" ? 20 : 24;
/** CLD_EXITED; the other codes are signals. */
const exitedByItself = 1;
/** POSIX_SPAWN_SETPGROUP, SETSIGDEF and SETSIGMASK: the same numbers in glibc and musl. */
const spawnFlags = 0x02 | 0x04 | 0x08;

const stopLimitMs = 500;
const stopLookMs = 10;
const drainFirstMs = 2;
const drainLimitMs = 50;
/** Bytes that one look takes from one program, so that a writer of gigabytes does not hold up the agent. */
const drainShareBytes = 1 << 20;

interface OpenPipe {
  readonly name: OutputName;
  readonly descriptor: number;
  /** True once the kernel was asked for a larger pipe. */
  grown: boolean;
}

interface Live {
  readonly pid: number;
  readonly events: ChildEvents;
  pipes: OpenPipe[];
  exited: boolean;
  released: boolean;
}

interface Ends {
  readonly read: OpenPipe[];
  readonly stdout: number;
  readonly stderr: number;
}

export function createPosixSpawnEngine(libc: Libc): Engine {
  return new PosixSpawnEngine(libc);
}

class PosixSpawnEngine implements Engine {
  readonly name = "posix_spawn";
  readonly #libc: Libc;
  readonly #live = new Map<number, Live>();
  readonly #attributes: Buffer;
  readonly #actions = Buffer.alloc(512);
  readonly #pair = new Int32Array(2);
  readonly #number = new Int32Array(1);
  readonly #info = Buffer.alloc(256);
  readonly #chunk = Buffer.allocUnsafe(1 << 16);
  readonly #devNull: number;
  readonly #onChildSignal = () => this.#noticeEnds();
  #drainTimer: NodeJS.Timeout | undefined;
  #drainDelayMs = drainFirstMs;

  constructor(libc: Libc) {
    this.#libc = libc;
    this.#devNull = libc.open("/dev/null", closeOnExec);
    this.#attributes = makeAttributes(libc);
    process.on("SIGCHLD", this.#onChildSignal);
  }

  async start(request: StartRequest, events: ChildEvents): Promise<Child> {
    const ends = this.#openPipes(request.merged);
    const failure = this.#spawn(request, ends);
    this.#closeWriteEnds(ends);
    if (failure !== 0) {
      for (const { descriptor } of ends.read) this.#libc.close(descriptor);
      throw systemError(failure, "posix_spawn");
    }
    const live: Live = {
      pid: this.#number[0] ?? 0,
      events,
      pipes: ends.read,
      exited: false,
      released: false,
    };
    this.#live.set(live.pid, live);
    this.#drainSoon();
    return {
      pid: live.pid,
      signalGroup: (signal) => signalGroup(live.pid, signal),
      release: () => this.#release(live),
    };
  }

  async stop(): Promise<void> {
    for (let waitedMs = 0; this.#live.size > 0 && waitedMs < stopLimitMs; waitedMs += stopLookMs) {
      await new Promise((resolve) => setTimeout(resolve, stopLookMs));
    }
    process.off("SIGCHLD", this.#onChildSignal);
    clearTimeout(this.#drainTimer);
    this.#libc.close(this.#devNull);
  }

  #openPipes(merged: boolean): Ends {
    const out = this.#openPipe();
    if (merged)
      return {
        read: [{ name: "stdout", descriptor: out.read, grown: false }],
        stdout: out.write,
        stderr: out.write,
      };
    const err = this.#openPipe();
    return {
      read: [
        { name: "stdout", descriptor: out.read, grown: false },
        { name: "stderr", descriptor: err.read, grown: false },
      ],
      stdout: out.write,
      stderr: err.write,
    };
  }

  #openPipe(): { read: number; write: number } {
    if (this.#libc.pipe2(this.#pair, closeOnExec) !== 0) throw systemError(this.#libc.errno(), "pipe2");
    const [read = -1, write = -1] = this.#pair;
    this.#libc.fcntl(read, setStatusFlags, nonBlocking);
    return { read, write };
  }

  #spawn({ path, argv, environment }: StartRequest, ends: Ends): number {
    const libc = this.#libc;
    const actions = this.#actions;
    libc.fileActionsInit(actions);
    libc.fileActionsDup2(actions, this.#devNull, 0);
    libc.fileActionsDup2(actions, ends.stdout, 1);
    libc.fileActionsDup2(actions, ends.stderr, 2);
    const pairs = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
    try {
      return libc.spawn(this.#number, path, actions, this.#attributes, [...argv, null], [...pairs, null]);
    } finally {
      libc.fileActionsDestroy(actions);
    }
  }

  #closeWriteEnds({ stdout, stderr }: Ends): void {
    this.#libc.close(stdout);
    if (stderr !== stdout) this.#libc.close(stderr);
  }

  /** SIGCHLD may stand for several ends, or for a child of somebody else; every program of ours is asked. */
  #noticeEnds(): void {
    for (const live of this.#live.values()) {
      const exit = live.exited ? undefined : this.#askForExit(live.pid);
      if (exit === undefined) continue;
      live.exited = true;
      if (!live.released) this.#drain(live);
      live.events.exited(exit);
      if (live.released) this.#reap(live);
      else if (live.pipes.length > 0) this.#drainSoon();
    }
  }

  /** How the program ended, without reaping it; undefined while it runs. */
  #askForExit(pid: number): ProgramExit | undefined {
    const info = this.#info.fill(0);
    const asked = this.#libc.waitid(waitForPid, pid, info, exitedChildren | noHang | leaveWaitable);
    if (asked !== 0 || info.readInt32LE(signalOffset) === 0) return undefined;
    const value = info.readInt32LE(statusOffset);
    return info.readInt32LE(codeOffset) === exitedByItself ? { status: value } : { signal: value };
  }

  #drainSoon(): void {
    this.#drainDelayMs = drainFirstMs;
    if (this.#drainTimer === undefined) this.#armDrain();
  }

  #armDrain(): void {
    this.#drainTimer = setTimeout(() => {
      this.#drainTimer = undefined;
      this.#drainAll();
    }, this.#drainDelayMs);
  }

  /** Looks again as long as a program runs: that also keeps the process alive, and finds an end that no signal told. */
  #drainAll(): void {
    let moved = false;
    for (const live of this.#live.values()) moved = this.#drain(live) || moved;
    this.#noticeEnds();
    this.#drainDelayMs = moved ? drainFirstMs : Math.min(this.#drainDelayMs * 2, drainLimitMs);
    const waited = [...this.#live.values()].some(({ released }) => !released);
    if (waited && this.#drainTimer === undefined) this.#armDrain();
  }

  /** True when there was something to read. */
  #drain(live: Live): boolean {
    if (live.pipes.length === 0) return false;
    let movedBytes = 0;
    for (const pipe of live.pipes) movedBytes += this.#drainPipe(live, pipe);
    if (live.pipes.length === 0) live.events.closed();
    return movedBytes > 0;
  }

  /** Takes what is there, and closes the pipe at its end. Gives the bytes taken. */
  #drainPipe(live: Live, pipe: OpenPipe): number {
    let takenBytes = 0;
    while (takenBytes < drainShareBytes) {
      const lengthBytes = this.#libc.read(pipe.descriptor, this.#chunk, this.#chunk.length);
      if (lengthBytes < 0) break;
      if (lengthBytes === 0) {
        this.#libc.close(pipe.descriptor);
        live.pipes = live.pipes.filter((one) => one !== pipe);
        break;
      }
      takenBytes += lengthBytes;
      live.events.output(pipe.name, Buffer.from(this.#chunk.subarray(0, lengthBytes)));
    }
    if (takenBytes >= this.#chunk.length && !pipe.grown) this.#grow(pipe);
    return takenBytes;
  }

  /** A program that fills its pipe between two looks gets a larger one, as far as the kernel lets it. */
  #grow(pipe: OpenPipe): void {
    pipe.grown = true;
    this.#libc.fcntl(pipe.descriptor, setPipeSize, drainShareBytes);
  }

  #release(live: Live): void {
    if (live.released) return;
    live.released = true;
    for (const { descriptor } of live.pipes) this.#libc.close(descriptor);
    live.pipes = [];
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
