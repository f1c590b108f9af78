// A mark that a program and all that it starts carry, however they leave their parents: a limit that limits nothing.
//
// The soft limit RLIMIT_RTTIME is inherited through fork and exec, stands in /proc/PID/limits also of the dead, and says
// how many microseconds a process of the real-time class may run without a break. Tens of thousands of years, with a
// number that nobody guesses, are a mark that survives `env -i`, setsid and a change of user.
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Libc } from "../libc.ts";

const realTimeLimit = 15;
const infinity = 2n ** 64n - 1n;
/** Behind the prefix: the number of the run, and a bit that says whether it may leave daemons. */
const numberBits = 33n;

export class RunMarks {
  readonly #libc: Libc;
  /** 29 bits that stand before the number of each run; never all zero, so that a mark is longer than a life. */
  readonly #prefix = BigInt((randomBytes(4).readUInt32LE() >>> 3) | (1 << 28));
  readonly #own = Buffer.alloc(16);
  readonly #marked = Buffer.alloc(16);
  #counter = 0n;

  constructor(libc: Libc) {
    this.#libc = libc;
    libc.prlimit(0, realTimeLimit, null, this.#own);
    this.#own.copy(this.#marked);
  }

  next(mayLeaveDaemons: boolean): bigint {
    this.#counter = (this.#counter + 1n) % (1n << (numberBits - 1n));
    return (this.#prefix << numberBits) | (this.#counter << 1n) | (mayLeaveDaemons ? 1n : 0n);
  }

  /**
   * What `begin` starts before it returns or awaits anything carries the mark; nothing else of this process does.
   * Where the limit cannot be set, it goes unmarked.
   */
  during<Result>(mark: bigint, begin: () => Result): Result {
    this.#marked.writeBigUInt64LE(mark);
    this.#libc.prlimit(0, realTimeLimit, this.#marked, null);
    try {
      return begin();
    } finally {
      this.#libc.prlimit(0, realTimeLimit, this.#own, null);
    }
  }

  /** The mark of a process, dead or alive; undefined for one that carries none of these, or is gone. */
  of(pid: number): bigint | undefined {
    const soft = softLimitOf(pid);
    return soft !== infinity && soft >> numberBits === this.#prefix ? soft : undefined;
  }
}

/** Known without remembering the run. */
export function mayLeaveDaemons(mark: bigint): boolean {
  return (mark & 1n) === 1n;
}

function softLimitOf(pid: number): bigint {
  try {
    const text = readFileSync(`/proc/${pid}/limits`, "latin1");
    const soft = /^Max realtime timeout +(\d+)/m.exec(text)?.[1];
    return soft === undefined ? infinity : BigInt(soft);
  } catch {
    return infinity;
  }
}
