// Starts modules in the order of their needs, and stops them in reverse, each with a deadline.
import type { Clock } from "./clock.ts";
import { AgentError, reasonOf } from "./errors.ts";
import type { Log } from "./log.ts";
import type { Running } from "./module.ts";

export interface SupervisorNeeds {
  readonly log: Log;
  readonly clock: Clock;
}

interface Started {
  readonly name: string;
  readonly running: Running;
}

const stopDeadlineMs = 10_000;

export class Supervisor implements Running {
  readonly #needs: SupervisorNeeds;
  readonly #started: Started[] = [];
  #stopping: Promise<void> | undefined;

  constructor(needs: SupervisorNeeds) {
    this.#needs = needs;
  }

  /** Names of what runs, in the order in which it was started. */
  get names(): string[] {
    return this.#started.map(({ name }) => name);
  }

  /**
   * Waits for a module's start and remembers it. When it fails, all that was started before is stopped again, and
   * the error says which module it was.
   */
  async start<Face extends Running>(name: string, starting: Promise<Face>): Promise<Face> {
    const { clock, log } = this.#needs;
    const beganMs = clock.monotonicMs();
    try {
      const running = await starting;
      this.adopt(name, running);
      log.debug("started", { part: name, tookMs: Math.round(clock.monotonicMs() - beganMs) });
      return running;
    } catch (thrown) {
      await this.stop();
      if (thrown instanceof AgentError) throw thrown;
      throw new AgentError("module.failed", { module: name, reason: reasonOf(thrown), cause: thrown });
    }
  }

  /** Remembers what runs already. */
  adopt(name: string, running: Running): void {
    this.#started.push({ name, running });
  }

  /** Safe to call twice. One module that hangs or fails keeps no other from stopping. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stopAll();
    return this.#stopping;
  }

  async #stopAll(): Promise<void> {
    for (const { name, running } of this.#started.splice(0).reverse()) {
      try {
        await this.#withinDeadline(name, running.stop());
      } catch (thrown) {
        this.#needs.log.error("did not stop cleanly", { part: name, reason: reasonOf(thrown) });
      }
    }
  }

  async #withinDeadline(name: string, stopping: Promise<void>): Promise<void> {
    let cancel = () => {};
    const late = new Promise<never>((_, reject) => {
      const timer = this.#needs.clock.after(stopDeadlineMs, () =>
        reject(new AgentError("module.late", { module: name, deadlineMs: stopDeadlineMs })),
      );
      cancel = timer.cancel;
    });
    try {
      await Promise.race([stopping, late]);
    } finally {
      cancel();
    }
  }
}
