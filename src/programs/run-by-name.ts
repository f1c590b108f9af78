// What callers ask for: a program by its name, or a line of this host's own configuration.
import type { Asker } from "./admission.ts";

export interface RunByName {
  readonly name: string;
  readonly option: string;
  /** True: standard error is written into standard output, in the order of writing. */
  readonly merged?: boolean;
  /** Milliseconds until TERM; the configured ones when absent. */
  readonly deadlineMs?: number;
  /** Who has it run; the agent itself when absent. */
  readonly asker?: Asker | undefined;
  /** Variables that it gets besides the configured ones. */
  readonly environment?: Readonly<Record<string, string>>;
  /**
   * Who it runs as; `programs.user` when absent. Where that is set, the others are those of `programs.users`: asking for
   * somebody else rejects with `program.user`.
   */
  readonly user?: string | undefined;
  /** Address space of it and of each process that it starts, in bytes; as much as there is when absent. */
  readonly memoryBytes?: number;
  /** See `RunRequest`. */
  readonly drainMs?: number;
  /** True: what it leaves running when it ends by itself is meant to stay. Where it is not said, see each method. */
  readonly mayLeaveDaemons?: boolean;
}

/** A check program, perhaps in the form in which it was judged. */
export interface RunCheck extends RunByName {
  /** Taken in place of `option`, which the outcome still names. */
  readonly words?: readonly string[];
  /** The file that was judged: another one of that name is refused. */
  readonly path?: string | undefined;
}

/** A line of this host's own configuration, for a shell. */
export interface RunLine extends Omit<RunByName, "name" | "option"> {
  readonly line: string;
}
