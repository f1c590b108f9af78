// The newest lines of the log that somebody should look at, and how many there were: for whoever asks the agent.
import type { LogLevel } from "./log.ts";

const linesAtMost = 20;

export interface LogSummary {
  readonly count: number;
  /** Oldest first. */
  readonly lines: readonly string[];
}

export class LogMemory {
  readonly #errors: string[] = [];
  readonly #warnings: string[] = [];
  #errorCount = 0;
  #warningCount = 0;

  /** Since the start. */
  get errors(): LogSummary {
    return { count: this.#errorCount, lines: this.#errors };
  }

  get warnings(): LogSummary {
    return { count: this.#warningCount, lines: this.#warnings };
  }

  take(level: LogLevel, line: string): void {
    if (level === "warning") this.#warningCount += 1;
    else this.#errorCount += 1;
    const lines = level === "warning" ? this.#warnings : this.#errors;
    lines.push(line);
    if (lines.length > linesAtMost) lines.shift();
  }
}
