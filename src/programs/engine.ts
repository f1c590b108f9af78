// The seam between "run this" and the system: an engine starts a program, tells what it writes and how it ended.

export interface StartRequest {
  /** Absolute path of the executable. */
  readonly path: string;
  /** The name by which the program knows itself, then its arguments. Never a shell's line. */
  readonly argv: readonly [string, ...string[]];
  readonly environment: Readonly<Record<string, string>>;
  /** True: standard output and error share one pipe, so that the order of writing is kept. */
  readonly merged: boolean;
}

export type ProgramExit = { readonly status: number } | { readonly signal: number };
export type OutputName = "stdout" | "stderr";

/** What an engine tells. Nothing is told after `release`, but for `exited`. */
export interface ChildEvents {
  /** The bytes are the listener's own. */
  output(name: OutputName, bytes: Buffer): void;
  /** Once, when the program itself is gone; what it started may live on and hold the outputs open. */
  exited(exit: ProgramExit): void;
  /** Once, when the last holder of the outputs closed them. */
  closed(): void;
}

export interface Child {
  readonly pid: number;
  /** Sends to the whole process group. */
  signalGroup(signal: "SIGTERM" | "SIGKILL"): void;
  /** Nothing more is wanted: outputs are closed, and the program is reaped as soon as it is dead. */
  release(): void;
}

export interface Engine {
  readonly name: "posix_spawn" | "node";
  /** In a process group of its own, with nothing on its standard input. Rejects with the system's `code`. */
  start(request: StartRequest, events: ChildEvents): Promise<Child>;
  /** True for a program of its own that it has not reaped yet: nobody else may. */
  owns(pid: number): boolean;
  /** To be called when every program was told to end: waits a moment for them, then stops listening for ends. */
  stop(): Promise<void>;
}

/** Sends to every process of the group that `pid` leads. A group that is gone is what was wanted. */
export function signalGroup(pid: number, signal: "SIGTERM" | "SIGKILL"): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // Nobody is left to be told.
  }
}
