// Writes events to disk in groups: what comes while a group is written is the next one. Readers see them after that.
import type { AgentEvent } from "../event/index.ts";
import type { Timer } from "../kernel/clock.ts";
import { reasonOf } from "../kernel/errors.ts";
import type { Context } from "../kernel/module.ts";
import { sharedWork } from "../kernel/shared-work.ts";
import { eventLine } from "./event-line.ts";
import type { EventSegments } from "./event-segments.ts";

const syncEveryMs = 1000;
/** Of somebody who asks. */
const patienceMs = 1000;
/** Events that wait for a disk that is slow; more are shown all the same, and are in memory only. */
const pendingAtMost = 10_000;

export interface EventWriterNeeds extends Pick<Context, "clock" | "log"> {
  /** Told in their order of events that are on disk, or that the disk does not take. */
  readonly onWritten: (events: readonly AgentEvent[]) => void;
}

export class EventWriter {
  readonly #segments: EventSegments;
  readonly #needs: EventWriterNeeds;
  readonly #sync: () => Promise<void>;
  #pending: AgentEvent[] = [];
  /** Those that are being written and were not shown yet. */
  #underWay: AgentEvent[] = [];
  #writing: Promise<void> | undefined;
  /** The first is synced before it is shown: after a loss of power its number is not given again. */
  #syncedMs = Number.NEGATIVE_INFINITY;
  #syncedSeq = 0;
  #appendedSeq = 0;
  #isFailing = false;

  constructor(segments: EventSegments, needs: EventWriterNeeds) {
    this.#segments = segments;
    this.#needs = needs;
    this.#sync = sharedWork(() => this.#syncNow());
  }

  /** True while the disk takes nothing. */
  get isFailing(): boolean {
    return this.#isFailing;
  }

  offer(event: AgentEvent): void {
    this.#pending.push(event);
    if (this.#pending.length > pendingAtMost) this.#giveUpWaiting();
    this.#writing ??= this.#write();
  }

  /** Resolves when everything that was offered is written, or could not be. */
  async written(): Promise<void> {
    await this.#writing;
  }

  /** The same, but where the disk does not answer it is not waited for. */
  async caughtUp(): Promise<void> {
    let timer: Timer | undefined;
    const late = new Promise<void>((resolve) => {
      timer = this.#needs.clock.after(patienceMs, resolve);
    });
    await Promise.race([this.#writing, late]);
    timer?.cancel();
  }

  /** Resolves when an event that was shown is on disk for good, or the disk does not take it. */
  async synced(seq: number): Promise<void> {
    if (this.#syncedSeq < seq) await this.#sync();
  }

  async #write(): Promise<void> {
    while (this.#pending.length > 0) {
      this.#underWay = this.#pending;
      this.#pending = [];
      const group = this.#underWay;
      try {
        await this.#segments.append(group.map(eventLine));
        this.#appendedSeq = group.at(-1)?.seq ?? this.#appendedSeq;
        if (this.#needs.clock.monotonicMs() - this.#syncedMs >= syncEveryMs) await this.#sync();
        this.#isFailing = false;
      } catch (thrown) {
        this.#failed(reasonOf(thrown));
      }
      this.#show();
    }
    this.#writing = undefined;
  }

  async #syncNow(): Promise<void> {
    this.#syncedMs = this.#needs.clock.monotonicMs();
    const last = this.#appendedSeq;
    try {
      await this.#segments.sync();
      this.#syncedSeq = Math.max(this.#syncedSeq, last);
    } catch (thrown) {
      this.#failed(reasonOf(thrown));
    }
  }

  #show(): void {
    const shown = this.#underWay;
    this.#underWay = [];
    if (shown.length > 0) this.#needs.onWritten(shown);
  }

  /** The disk may never answer: nobody waits for it any longer. */
  #giveUpWaiting(): void {
    this.#failed("the disk does not answer");
    this.#show();
    this.#underWay = this.#pending;
    this.#pending = [];
    this.#show();
  }

  #failed(reason: string): void {
    if (!this.#isFailing) this.#needs.log.error("events are not kept", { reason });
    this.#isFailing = true;
  }
}
