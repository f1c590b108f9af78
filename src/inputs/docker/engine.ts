// One Docker engine: what runs there, read again only when it may have changed. It has no timer: whoever looks is its beat.
import { existsSync } from "node:fs";
import { parseContainers, parseVersion } from "../../formats/proc/docker-stats.ts";
import type { Clock } from "../../kernel/clock.ts";
import { AgentError, systemCode } from "../../kernel/errors.ts";
import type { Log } from "../../kernel/log.ts";
import type { Running } from "../../kernel/module.ts";
import { HttpFailure } from "../../transports/http-client.ts";
import { createEngineClient, type EngineAnswer, type EngineClient } from "./engine-client.ts";
import { createEventReader, eventsPath } from "./engine-events.ts";
import { type KeptAnswer, keepAnswer } from "./kept-answer.ts";

export interface ListedContainer {
  /** 64 hexadecimal digits, as a rule. */
  readonly id: string;
  readonly name: string;
  readonly image: string;
}

export interface EngineView {
  readonly version: string;
  readonly api: string;
  /** How many there are. */
  readonly images: number;
  /** Containers that run, also those beyond the limit. */
  readonly running: number;
  /** A thousand at most. */
  readonly containers: readonly ListedContainer[];
}

/** Why there is no engine. */
export interface Absence {
  readonly absent: string;
}

export interface EngineNeeds {
  readonly clock: Clock;
  /** Follows the engine's events; without it every look reads everything. */
  readonly follow: { readonly log: Log } | undefined;
}

interface RunningList {
  readonly running: number;
  readonly containers: readonly ListedContainer[];
}

const containersLimit = 1000;
const textLimit = 256;
const containerLimitBytes = 1024 * 1024;
/** A stream that ended is asked for again after so long at the soonest. */
const reopenMs = 5000;
/** Nobody has Docker, or it does not run. */
const gone = new Set(["ENOENT", "ECONNREFUSED", "ENOTDIR"]);

export class Engine implements Running {
  readonly socket: string;
  readonly #needs: EngineNeeds;
  readonly #client: EngineClient;
  readonly #ending = new AbortController();
  readonly #version: KeptAnswer<{ version: string; api: string }>;
  readonly #containers: KeptAnswer<RunningList>;
  readonly #images: KeptAnswer<number>;
  #stream: Promise<void> | undefined;
  #openedMs: number | undefined;
  #mayReopenMs = Number.NEGATIVE_INFINITY;
  #wasRefused = false;

  constructor(socket: string, needs: EngineNeeds) {
    this.socket = socket;
    this.#needs = needs;
    this.#client = createEngineClient(socket, this.#ending.signal);
    const { clock } = needs;
    const keep = <Value>(read: () => Promise<Value>) =>
      keepAnswer({ clock, read, followedSinceMs: () => this.#openedMs });
    this.#version = keep(async () => shortened(parseVersion((await this.#client.ask("/version")).value)));
    this.#containers = keep(async () => containersIn(await this.#client.ask("/containers/json"), socket));
    this.#images = keep(async () => (await this.images()).length);
  }

  /** True while the engine's events come in. */
  get isFollowed(): boolean {
    return this.#openedMs !== undefined;
  }

  /** Rejects with `collector.unanswered` when the engine is there and does not answer as it should. */
  async look(): Promise<EngineView | Absence> {
    // Most hosts have no Docker: finding that out costs a hundredth of a request.
    if (!existsSync(this.socket)) return { absent: `there is no ${this.socket}` };
    try {
      const [version, list, images] = await Promise.all([
        this.#version.get(),
        this.#containers.get(),
        this.#images.get(),
      ]);
      this.#open();
      return { ...version, images, ...list };
    } catch (thrown) {
      this.#forgetAll();
      if (!(thrown instanceof HttpFailure)) throw thrown;
      if (gone.has(systemCode(thrown.cause) ?? ""))
        return { absent: `no Docker engine answers at ${this.socket}` };
      throw new AgentError("collector.unanswered", {
        ...{ address: this.socket, reason: thrown.message },
        cause: thrown,
      });
    }
  }

  /** JSON about one container; undefined when there is none. Rejects with `HttpFailure`. */
  async ofContainer(id: string, path: string): Promise<unknown> {
    const { status, value } = await this.#client.ask(`/containers/${id}/${path}`, containerLimitBytes);
    return status === 200 ? value : undefined;
  }

  /** Rows of the engine's own list; none where it tells nothing of images. Rejects with `HttpFailure`. */
  async images(): Promise<readonly unknown[]> {
    const { status, value } = await this.#client.ask("/images/json");
    return status === 200 && Array.isArray(value) ? value : [];
  }

  async stop(): Promise<void> {
    this.#ending.abort();
    await this.#stream;
  }

  /** The engine has just answered: its events are asked for, unless they come in already. */
  #open(): void {
    const { clock, follow } = this.#needs;
    const nowMs = clock.monotonicMs();
    if (follow === undefined || this.#stream !== undefined || nowMs < this.#mayReopenMs) return;
    if (this.#ending.signal.aborted) return;
    this.#openedMs = nowMs;
    const onChunk = createEventReader((changed) => {
      if (changed !== "images") this.#containers.forget();
      if (changed !== "containers") this.#images.forget();
    });
    const ended = (refusal: string | undefined) => this.#ended(follow.log, refusal);
    this.#stream = this.#client.follow(eventsPath, onChunk).then(
      (status) => ended(status === 200 ? undefined : `status ${status}`),
      () => ended(undefined),
    );
  }

  /** A restart of the engine, as a rule. The next look tells, and asks for the events again. */
  #ended(log: Log, refusal: string | undefined): void {
    this.#stream = undefined;
    this.#openedMs = undefined;
    this.#mayReopenMs = this.#needs.clock.monotonicMs() + reopenMs;
    this.#forgetAll();
    if (refusal === undefined || this.#wasRefused) return;
    this.#wasRefused = true;
    log.info("the engine gives no events; its lists are read at each beat", {
      ...{ socket: this.socket, reason: refusal },
    });
  }

  #forgetAll(): void {
    for (const kept of [this.#version, this.#containers, this.#images]) kept.forget();
  }
}

function containersIn({ status, value }: EngineAnswer, address: string): RunningList {
  const declined = { address, declined: true };
  if (status !== 200)
    throw new AgentError("collector.unanswered", { ...declined, reason: `status ${status}` });
  if (value === undefined)
    throw new AgentError("collector.unanswered", { ...declined, reason: "the answer is not JSON" });
  const all = parseContainers(value);
  return { running: all.length, containers: all.slice(0, containersLimit).map(shortened) };
}

/** Names are kept, and become tags: none is longer than 256 characters. */
function shortened<Texts extends { readonly [Key in keyof Texts]: string }>(texts: Texts): Texts {
  const entries = Object.entries<string>(texts).map(([key, text]) => [key, text.slice(0, textLimit)]);
  return Object.fromEntries(entries) as Texts;
}
