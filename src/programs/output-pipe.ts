// One output of a program: a pipe of which the agent holds the reading end, looked into without waiting.
import type { OutputName } from "./engine.ts";
import { type Libc, systemError } from "./libc.ts";

const closeOnExec = 0o2000000;
const nonBlocking = 0o4000;
const setStatusFlags = 4;
const setPipeSize = 1031;
/** Bytes that one look takes, so that a writer of gigabytes does not hold up the agent. */
const lookLimitBytes = 1 << 20;

/** Shared by all pipes: a look is over before the next one begins. */
const chunk = Buffer.allocUnsafe(1 << 16);
const pair = new Int32Array(2);

export class OutputPipe {
  readonly name: OutputName;
  readonly #libc: Libc;
  readonly #descriptor: number;
  #isOpen = true;
  #grown = false;

  /** Throws the system's error where there are no descriptors left. `writeEnd` is the caller's to close. */
  static open(name: OutputName, libc: Libc): { pipe: OutputPipe; writeEnd: number } {
    if (libc.pipe2(pair, closeOnExec) !== 0) throw systemError(libc.errno(), "pipe2");
    const [readEnd = -1, writeEnd = -1] = pair;
    libc.fcntl(readEnd, setStatusFlags, nonBlocking);
    return { pipe: new OutputPipe(name, readEnd, libc), writeEnd };
  }

  private constructor(name: OutputName, descriptor: number, libc: Libc) {
    this.name = name;
    this.#descriptor = descriptor;
    this.#libc = libc;
  }

  /** False once the last holder of the writing end is gone, or the pipe was closed. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Hands on what is there, and closes at the end. Gives the bytes taken. */
  drain(take: (bytes: Buffer) => void): number {
    let takenBytes = 0;
    while (this.#isOpen && takenBytes < lookLimitBytes) {
      const lengthBytes = this.#libc.read(this.#descriptor, chunk, chunk.length);
      if (lengthBytes < 0) break;
      if (lengthBytes === 0) this.close();
      else take(Buffer.from(chunk.subarray(0, lengthBytes)));
      takenBytes += lengthBytes;
    }
    if (takenBytes >= chunk.length) this.#grow();
    return takenBytes;
  }

  close(): void {
    if (this.#isOpen) this.#libc.close(this.#descriptor);
    this.#isOpen = false;
  }

  /** A program that fills its pipe between two looks gets a larger one, as far as the kernel lets it. */
  #grow(): void {
    if (this.#grown || !this.#isOpen) return;
    this.#grown = true;
    this.#libc.fcntl(this.#descriptor, setPipeSize, lookLimitBytes);
  }
}
