// What a listener is: an input to which others send. Its sockets and its counting are the host's part.
import type * as z from "zod";
import type { Context, Running } from "../kernel/module.ts";
import type { Batch, Tags } from "../metric/metric.ts";
import type { Refused } from "../metric/refused.ts";

/** What somebody says of the state of something: a passive check. */
export interface ReportedCheck {
  readonly name: string;
  /** Host that it is about; empty for this one. */
  readonly host: string;
  /** As Nagios counts: 0 ok, 1 warning, 2 critical, 3 unknown. */
  readonly status: 0 | 1 | 2 | 3;
  readonly message: string;
  readonly tags: Tags;
  /** Milliseconds since 1970. */
  readonly atMs: number;
}

/** Something that happened, told by somebody else. */
export interface ReportedEvent {
  readonly title: string;
  readonly text: string;
  readonly host: string;
  readonly level: "info" | "success" | "warning" | "error";
  readonly tags: Tags;
  /** Milliseconds since 1970. */
  readonly atMs: number;
}

export interface ListenerNeeds extends Context {
  /** Takes batches that came together, and tells what nobody can keep. */
  readonly emit: (batches: readonly Batch[]) => Refused;
  /** For senders that can wait: resolves when there is room again; undefined when there is. */
  readonly pressure: () => Promise<void> | undefined;
  readonly onCheck: (check: ReportedCheck) => void;
  readonly onEvent: (event: ReportedEvent) => void;
}

export interface ListenerReport {
  readonly name: string;
  readonly addresses: readonly string[];
  /** Lines or packets since the start. */
  readonly received: number;
  /** Values since the start. */
  readonly metrics: number;
  /** What said nothing, by reason, since the start. */
  readonly faults: Readonly<Record<string, number>>;
  /** Datagrams that the kernel dropped before they were read; undefined where there is no such socket. */
  readonly kernelDrops: number | undefined;
  /** Granted by the kernel for each UDP socket. */
  readonly receiveBufferBytes: number | undefined;
  readonly connections: number;
  /** Senders and connections that were turned away. */
  readonly denied: number;
}

export interface Listener extends Running {
  report(): Promise<ListenerReport>;
}

export type StartListener<Config> = (config: Config, needs: ListenerNeeds) => Promise<Listener>;

interface ListenerDefinition<Config> {
  /** Its key under `inputs`, such as `statsd`. */
  readonly name: string;
  /** One sentence. */
  readonly summary: string;
  readonly config: z.ZodType<Config>;
  /** Imports what listens: an agent that does not, does not carry it. */
  readonly load: () => Promise<StartListener<Config>>;
}

/** A listener's kind with its configuration's type closed over, so that unlike ones stand in one list. */
export interface ListenerKind {
  readonly name: string;
  readonly summary: string;
  readonly config: z.ZodType;
  readonly start: (config: unknown, needs: ListenerNeeds) => Promise<Listener>;
}

export function defineListener<Config>({ load, ...facts }: ListenerDefinition<Config>): ListenerKind {
  return { ...facts, start: async (config, needs) => (await load())(config as Config, needs) };
}
