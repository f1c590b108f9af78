// What a handler is: a sender that tells one event. The queue, tries, back-off and counting are the host's part.
import type * as z from "zod";
import type { AgentEvent, JudgedState } from "../event/index.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Log } from "../kernel/log.ts";

/** The node that tells. */
export interface NodeFacts {
  readonly name: string;
  /** Name for people; may be empty. */
  readonly displayName: string;
  readonly address: string;
  readonly groups: readonly string[];
  readonly uuid: string;
}

/** One event on its way to one handler. */
export interface Notice {
  /** The same at every try, also after a restart, and unlike that of every other notice. */
  readonly id: string;
  readonly event: AgentEvent;
}

/** The other side will never take this, or it cannot be made. Every other rejection of `send` means: later again. */
export class Refused extends Error {
  override readonly name = "Refused";
}

/** Not now: with the time that the other side asks for, where it does. */
export class TryLater extends Error {
  override readonly name = "TryLater";
  readonly afterMs: number | undefined;

  constructor(reason: string, { afterMs, cause }: { afterMs?: number | undefined; cause?: unknown } = {}) {
    super(reason, { cause });
    this.afterMs = afterMs;
  }
}

export interface Sender {
  /**
   * Resolves with the other side's words when it has the notice. Ends at once when `signal` aborts. A notice to try the
   * handler may be under way beside one of the queue.
   */
  send(notice: Notice, signal: AbortSignal): Promise<string>;
}

/** A program of this host's configuration, to be run without a shell. */
export interface CommandRequest {
  readonly name: string;
  /** Arguments, quoted as for sh. */
  readonly option: string;
  readonly deadlineMs: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly merged: true;
}

export interface CommandOutcome {
  readonly timedOut: boolean;
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly command: string;
}

/** Fills a template in. Throws `Refused` where it is missing or cannot be used. */
export type Render = (file: string, variables: Readonly<Record<string, unknown>>) => string;

export interface SenderNeeds {
  readonly log: Log;
  readonly clock: Clock;
  readonly hostname: string;
  readonly node: () => NodeFacts;
  readonly handler: {
    readonly name: string;
    readonly type: string;
    readonly severities: readonly JudgedState[];
  };
  /** Milliseconds of one try. */
  readonly deadlineMs: number;
  readonly render: Render;
  readonly environment: { readonly SLACK_TOKEN?: string | undefined };
  readonly runCommand: (request: CommandRequest) => Promise<CommandOutcome>;
}

interface HandlerDefinition<Config> {
  /** Key under `handlers`, and the `type` of handler objects. */
  readonly name: string;
  /** One sentence. */
  readonly summary: string;
  /** A `z.strictObject` of its own keys. */
  readonly config: z.ZodType<Config>;
  /** Names that keys have in objects of the older system. */
  readonly aliases?: Readonly<Record<string, string>>;
  /** True: packs, which may come from another host, cannot bring one. */
  readonly localOnly?: boolean;
  /** Texts that nobody may be shown, not even when the other side repeats them. */
  readonly secrets: (
    config: Config,
    environment: SenderNeeds["environment"],
  ) => readonly (string | undefined)[];
  /** Template files that are configured. */
  readonly templates: (config: Config) => readonly (string | undefined)[];
  /** Opens no connection that could fail: that is for `send`. */
  readonly open: (config: Config, needs: SenderNeeds) => Sender;
}

/** A kind of handler with its configuration's type closed over, so that unlike ones stand in one list. */
export interface HandlerKind
  extends Omit<HandlerDefinition<never>, "config" | "open" | "secrets" | "templates"> {
  readonly config: z.ZodObject;
  readonly secrets: (
    config: unknown,
    environment: SenderNeeds["environment"],
  ) => readonly (string | undefined)[];
  readonly templates: (config: unknown) => readonly (string | undefined)[];
  readonly open: (config: unknown, needs: SenderNeeds) => Sender;
}

export function defineHandler<Config>(definition: HandlerDefinition<Config>): HandlerKind {
  const { open, config, secrets, templates, ...facts } = definition;
  return {
    ...facts,
    config: config as unknown as z.ZodObject,
    secrets: (value, environment) => secrets(value as Config, environment),
    templates: (value) => templates(value as Config),
    open: (value, needs) => open(value as Config, needs),
  };
}
