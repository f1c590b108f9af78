// Runs one program to its end: start, deadline, TERM, KILL of the whole group, and an answer on time in any case.
import type { Clock, Timer } from "../kernel/clock.ts";
import type { Child, Engine, ProgramExit, StartRequest } from "./engine.ts";
import { OutputBuffer } from "./output-buffer.ts";

export interface RunRequest extends StartRequest {
  /** From the start until TERM. Zero means at once. */
  readonly deadlineMs: number;
  /** From TERM until KILL. */
  readonly killAfterMs: number;
  readonly outputLimitBytes: number;
  /**
   * How long its outputs may stay open once it has ended, because something that it started holds them; until the deadline
   * when absent.
   */
  readonly drainMs?: number | undefined;
}

/** `exit` is undefined when the deadline passed first; the outputs hold what was written until then. */
export interface RunResult {
  readonly exit: ProgramExit | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** True when an output was cut at its limit. */
  readonly cut: boolean;
}

export interface RunNeeds {
  readonly start: Engine["start"];
  readonly clock: Clock;
  /** Aborted when the agent stops: the program is killed at once. */
  readonly signal: AbortSignal;
  /** Told when a program is still there after KILL, and again when it is gone after all. */
  onLeak(change: 1 | -1): void;
  /** Told once, when nothing more is expected of the program and its group: it ended, or was ended. */
  onEnd(how: "by itself" | "late"): void;
}

/** How long a killed program may take to be gone before it counts as leaked. */
const dyingMs = 250;

/**
 * Rejects with the system's error when the program cannot be started. Otherwise resolves when the program is gone
 * and its outputs are closed, or at the deadline plus `killAfterMs` at the latest. A group that outlives its
 * deadline gets TERM, then KILL, whether or not somebody still waits.
 */
export async function runProgram(request: RunRequest, needs: RunNeeds): Promise<RunResult> {
  const run = new ProgramRun(request, needs);
  return await run.start();
}

class ProgramRun {
  readonly #request: RunRequest;
  readonly #needs: RunNeeds;
  readonly #stdout: OutputBuffer;
  readonly #stderr: OutputBuffer;
  readonly #answer: Promise<RunResult>;
  #resolve: (result: RunResult) => void = () => {};
  #child: Child | undefined;
  #exit: ProgramExit | undefined;
  #closed = false;
  #late = false;
  #leaked = false;
  #settled = false;
  #timer: Timer | undefined;

  constructor(request: RunRequest, needs: RunNeeds) {
    this.#request = request;
    this.#needs = needs;
    this.#stdout = new OutputBuffer(request.outputLimitBytes);
    this.#stderr = new OutputBuffer(request.outputLimitBytes);
    this.#answer = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  async start(): Promise<RunResult> {
    try {
      this.#child = await this.#needs.start(this.#request, {
        output: (name, bytes) => (name === "stdout" ? this.#stdout : this.#stderr).append(bytes),
        exited: (exit) => this.#onExited(exit),
        closed: () => this.#onClosed(),
      });
    } catch (thrown) {
      this.#needs.onEnd("late");
      throw thrown;
    }
    this.#needs.signal.addEventListener("abort", this.#onStop);
    if (this.#request.deadlineMs > 0) this.#after(this.#request.deadlineMs, () => this.#onDeadline());
    else this.#onDeadline();
    return this.#answer;
  }

  readonly #onStop = () => {
    this.#late = true;
    this.#onKill();
  };

  #onExited(exit: ProgramExit): void {
    this.#exit = exit;
    if (this.#leaked) this.#needs.onLeak(-1);
    this.#leaked = false;
    this.#finishWhenDone();
    const { drainMs } = this.#request;
    if (drainMs !== undefined && !this.#closed && !this.#late) this.#after(drainMs, () => this.#onClosed());
  }

  #onClosed(): void {
    this.#closed = true;
    this.#finishWhenDone();
  }

  #finishWhenDone(): void {
    if (this.#late && this.#exit !== undefined) this.#settle();
    if (this.#exit === undefined || !this.#closed) return;
    this.#timer?.cancel();
    if (this.#late) this.#child?.signalGroup("SIGKILL");
    this.#settle();
    this.#release();
    this.#needs.onEnd(this.#late ? "late" : "by itself");
  }

  #onDeadline(): void {
    this.#late = true;
    this.#child?.signalGroup("SIGTERM");
    if (this.#exit !== undefined) this.#settle();
    this.#after(this.#request.killAfterMs, () => this.#onKill());
  }

  #onKill(): void {
    this.#child?.signalGroup("SIGKILL");
    this.#needs.onEnd("late");
    this.#settle();
    this.#after(dyingMs, () => this.#giveUp());
  }

  #giveUp(): void {
    if (this.#exit === undefined) {
      this.#leaked = true;
      this.#needs.onLeak(1);
    }
    this.#release();
  }

  #release(): void {
    this.#needs.signal.removeEventListener("abort", this.#onStop);
    this.#child?.release();
  }

  /** Only the first call counts. */
  #settle(): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#resolve({
      exit: this.#late ? undefined : this.#exit,
      stdout: this.#stdout.text(),
      stderr: this.#stderr.text(),
      cut: this.#stdout.cut || this.#stderr.cut,
    });
  }

  #after(delayMs: number, run: () => void): void {
    this.#timer?.cancel();
    this.#timer = this.#needs.clock.after(delayMs, run);
  }
}
