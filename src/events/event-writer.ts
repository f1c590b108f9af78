// Writes events to disk in groups: what comes while a group is written is the next one. Nobody waits for it.
import type { AgentEvent } from "../event/index.ts";
import { reasonOf } from "../kernel/errors.ts";
import type { Context } from "../kernel/module.ts";
import type { EventLine, EventSegments } from "./event-segments.ts";

const syncEveryMs = 1000;
/** Events that wait for a disk that is slow; the oldest of more are in memory only. */
const pendingAtMost = 10_000;

export class EventWriter {
  readonly #segments: EventSegments;
  readonly #needs: Pick<Context, "clock" | "log">;
  #pending: AgentEvent[] = [];
  #writing: Promise<void> | undefined;
  #syncedMs = 0;
  #isFailing = false;

  constructor(segments: EventSegments, needs: Pick<Context, "clock" | "log">) {
    this.#segments = segments;
    this.#needs = needs;
  }

  /** True while the disk takes nothing. */
  get isFailing(): boolean {
    return this.#isFailing;
  }

  offer(event: AgentEvent): void {
    this.#pending.push(event);
    if (this.#pending.length > pendingAtMost) this.#pending.shift();
    this.#writing ??= this.#write();
  }

  /** Resolves when everything that was offered is written, or could not be. */
  async written(): Promise<void> {
    await this.#writing;
  }

  async #write(): Promise<void> {
    while (this.#pending.length > 0) {
      const group = this.#pending;
      this.#pending = [];
      try {
        await this.#segments.append(group.map(lineOf));
        await this.#syncSometimes();
        this.#isFailing = false;
      } catch (thrown) {
        if (!this.#isFailing) this.#needs.log.error("events are not kept", { reason: reasonOf(thrown) });
        this.#isFailing = true;
      }
    }
    this.#writing = undefined;
  }

  async #syncSometimes(): Promise<void> {
    const nowMs = this.#needs.clock.monotonicMs();
    if (nowMs - this.#syncedMs < syncEveryMs) return;
    this.#syncedMs = nowMs;
    await this.#segments.sync();
  }
}

function lineOf(event: AgentEvent): EventLine {
  return { seq: event.seq, text: `${JSON.stringify(event, plainNumber)}\n` };
}

/** YAML's large whole numbers, which a check's own keys may hold, are no numbers of JSON. */
function plainNumber(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? Number(value) : value;
}
