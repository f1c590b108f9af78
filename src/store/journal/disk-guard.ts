// Says when the file system has too little room to write to: a metric is not worth a host without disk.
import { statfs } from "node:fs/promises";
import type { Clock } from "../../kernel/clock.ts";

const lookEveryMs = 2000;

export class DiskGuard {
  readonly #directory: string;
  readonly #minFreeBytes: number;
  readonly #clock: Clock;
  #lookedAtMs = Number.NEGATIVE_INFINITY;
  #freeBytes = Number.POSITIVE_INFINITY;

  constructor(directory: string, minFreeBytes: number, clock: Clock) {
    this.#directory = directory;
    this.#minFreeBytes = minFreeBytes;
    this.#clock = clock;
  }

  /** Why nothing should be written now; undefined when all is well. Looks at most every two seconds. */
  async refusal(): Promise<string | undefined> {
    const nowMs = this.#clock.monotonicMs();
    if (nowMs - this.#lookedAtMs >= lookEveryMs) {
      this.#lookedAtMs = nowMs;
      const { bavail, bsize } = await statfs(this.#directory);
      this.#freeBytes = bavail * bsize;
    }
    if (this.#freeBytes >= this.#minFreeBytes) return undefined;
    return `the file system has ${this.#freeBytes} bytes left, less than ${this.#minFreeBytes}`;
  }
}
