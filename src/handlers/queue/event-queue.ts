// What waits to be told: the log of events itself, read by each handler from a place of its own.
import { join } from "node:path";
import { type AgentEvent, eventText } from "../../event/index.ts";
import { type Disk, systemDisk } from "../../kernel/disk.ts";
import { formatDuration } from "../../kernel/duration.ts";
import type { Context, Running } from "../../kernel/module.ts";
import { startSchedule } from "../../kernel/schedule.ts";
import { isFor, isTold } from "../addressing.ts";
import type { HandlerPlan } from "../planning/handler-plan.ts";
import { type Place, Places } from "./places.ts";

/** The log of events, as handlers read it. */
export interface EventSource {
  /** Number of the newest event. */
  readonly sequence: number;
  /** Told of each event from now on, in their order, once it is kept; gives the function that ends it. */
  on(listener: (event: AgentEvent) => void): () => void;
  /** Those after a number, oldest first. */
  since(sequence: number): AsyncIterable<AgentEvent>;
  /** Undefined where it is no longer kept. */
  at(sequence: number): Promise<AgentEvent | undefined>;
  /** Resolves when an event is on disk for good, or the disk does not take it. */
  synced(sequence: number): Promise<void>;
}

/** An event that waits for one handler. */
export interface QueuedEvent {
  readonly seq: number;
  readonly atMs: number;
  /** It is on disk for good when this resolves; undefined where it is no longer kept. */
  read(): Promise<AgentEvent | undefined>;
  /** It was told, or given up. */
  done(): void;
}

export interface Teller {
  readonly plan: HandlerPlan;
  offer(event: QueuedEvent): void;
}

export interface QueueParts {
  readonly directory: string;
  readonly source: EventSource;
  readonly tellers: readonly Teller[];
  /** Groups of the node now. */
  readonly groups: () => readonly string[];
  /** Where its files are opened; the system's when absent. */
  readonly disk?: Disk;
}

const saveEveryMs = 60_000;

export class EventQueue implements Running {
  readonly #source: EventSource;
  readonly #tellers: readonly Teller[];
  readonly #groups: () => readonly string[];
  readonly #places: Places;
  readonly #saving: Running;

  private constructor({ source, tellers, groups }: QueueParts, places: Places, saving: Running) {
    this.#source = source;
    this.#tellers = tellers.filter(({ plan: { enabled } }) => enabled);
    this.#groups = groups;
    this.#places = places;
    this.#saving = saving;
  }

  /** Hands what waited before the start to the tellers that are at work; what comes later is for `take`. */
  static async open(parts: QueueParts, needs: Context): Promise<EventQueue> {
    // At once: what comes while files are read is for `take`.
    const seen = parts.source.sequence;
    const { directory, disk = systemDisk } = parts;
    const places = await Places.open(join(directory, "places"), { seen, disk, log: needs.log });
    const chore = { name: "handlers.places", everyMs: saveEveryMs, run: () => places.save() };
    const queue = new EventQueue(parts, places, startSchedule(chore, needs));
    await queue.#takeUp(seen, needs);
    await places.save();
    return queue;
  }

  /** To be called with every event after those that were there at the start, in their order. */
  take(event: AgentEvent): void {
    for (const teller of this.#concerned(event)) this.#offer(teller, event);
    this.#places.see(event.seq);
  }

  async stop(): Promise<void> {
    await this.#saving.stop();
    await this.#places.stop();
  }

  #offer(teller: Teller, { seq, atMs }: AgentEvent): void {
    const { name } = teller.plan;
    this.#places.add(name, seq);
    teller.offer({
      seq,
      atMs,
      read: async () => {
        await this.#source.synced(seq);
        const event = await this.#source.at(seq);
        return event && (JSON.parse(eventText(event)) as AgentEvent);
      },
      done: () => this.#places.done(name, seq),
    });
  }

  /** Those who are told of it and have not come past it. */
  #concerned(event: AgentEvent, places?: ReadonlyMap<Teller, Place>): Teller[] {
    if (!isTold(event)) return [];
    const isBehind = (teller: Teller) => {
      const { after = 0, but } = places?.get(teller) ?? {};
      return event.seq > after || event.seq === but;
    };
    return this.#tellers.filter((teller) => isBehind(teller) && isFor(teller.plan, event, this.#groups));
  }

  async #takeUp(seen: number, { clock, log }: Context): Promise<void> {
    const from = new Map(this.#tellers.map((teller) => [teller, this.#places.begin(teller.plan.name)]));
    const tooOld = new Map<Teller, number>();
    const first = Math.min(
      seen,
      ...[...from.values()].map(({ after, but = after + 1 }) => Math.min(after, but - 1)),
    );
    for await (const event of this.#source.since(first)) {
      if (event.seq > seen) break;
      for (const teller of this.#concerned(event, from)) {
        const isTooOld = clock.now() - event.atMs > teller.plan.maxAgeMs;
        if (isTooOld) tooOld.set(teller, (tooOld.get(teller) ?? 0) + 1);
        else this.#offer(teller, event);
      }
    }
    for (const [{ plan }, events] of tooOld) {
      const reason = `they are older than ${formatDuration(plan.maxAgeMs)}`;
      log.warning("events are given up", { handler: plan.name, events, reason });
    }
  }
}
