// What the agent tells: the one typed stream that handlers, websockets, histories and people read.
import type { CheckState } from "./check-state.ts";

/** A check as an event tells of it. Times are milliseconds since 1970. */
export interface CheckFacts {
  /** Identity within the host, such as `linux/cpu`. */
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
  readonly packName: string;
  readonly packLevel: string;
  /** Host that it is about where that is not this one; else empty. */
  readonly host: string;
  readonly state: CheckState;
  readonly oldState: CheckState;
  /** Text as the check gave it, bounded; from outside, so to be escaped wherever it is shown. */
  readonly output: string;
  readonly lastCheckMs: number;
  /** Judgements in a row with this state, and how many make it hard. */
  readonly attempt: number;
  readonly attempts: number;
  readonly hard: boolean;
  readonly flapping: boolean;
  readonly notes: string;
  /** Handlers that are told; undefined: all of them. */
  readonly handlers: readonly string[] | undefined;
  /** The check's own further keys, for templates. */
  readonly extra: Readonly<Record<string, unknown>>;
}

/** Why nobody is told of an event, although it happened. */
export type Held = "soft" | "flapping" | "downtime" | "silence" | "dependency" | "first" | "planned";

interface CheckEvent {
  readonly type: "check";
  readonly check: CheckFacts;
  /** Undefined: handlers are told. */
  readonly held?: Held | undefined;
}

interface FlappingEvent {
  readonly type: "flapping";
  readonly change: "start" | "stop";
  readonly check: CheckFacts;
  readonly held?: Held | undefined;
}

export type NodeState = "alive" | "suspect" | "dead" | "leave" | "unknown";

/** A node came, went, or is not heard of any more; this one too: after an end that nobody planned it was dead. */
interface NodeEvent {
  readonly type: "node";
  readonly uuid: string;
  readonly node: string;
  readonly displayName: string;
  readonly address: string;
  readonly state: NodeState;
  readonly oldState: NodeState;
  readonly held?: Held | undefined;
}

interface GroupEvent {
  readonly type: "group";
  readonly change: "add" | "remove";
  readonly group: string;
}

/** A planned quiet time, or a silence, began, ended or was taken away. */
interface DowntimeEvent {
  readonly type: "downtime";
  readonly change: "add" | "start" | "end" | "remove";
  readonly id: string;
  readonly kind: "downtime" | "silence";
  /** Checks that it covers, with wildcards. */
  readonly checks: string;
  readonly author: string;
  readonly comment: string;
  readonly untilMs: number;
}

interface ComplianceEvent {
  readonly type: "compliance";
  readonly compliance: string;
  readonly rule: string;
  readonly mode: "audit" | "enforcing";
  readonly state: string;
  readonly oldState: string;
  readonly infos: readonly { readonly state: string; readonly text: string }[];
  /** False: no transition that people are told of (contract opsbro §10.3). */
  readonly notable: boolean;
}

interface CollectorEvent {
  readonly type: "collector";
  readonly collector: string;
  readonly state: string;
  readonly oldState: string;
  readonly log: string;
}

/** What became of telling somebody. */
interface ActionEvent {
  readonly type: "action";
  readonly action: "notification";
  readonly handler: string;
  /** Of the event that was told. */
  readonly about: number;
  readonly outcome: "sent" | "retried" | "given-up" | "refused";
  readonly text: string;
}

/** Somebody else's event: DogStatsD's, a notification of collectd. */
interface MessageEvent {
  readonly type: "message";
  readonly title: string;
  readonly text: string;
  readonly host: string;
  readonly level: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** What happened, before it has a number. */
export type Happening =
  | CheckEvent
  | FlappingEvent
  | NodeEvent
  | GroupEvent
  | DowntimeEvent
  | ComplianceEvent
  | CollectorEvent
  | ActionEvent
  | MessageEvent;

export type EventType = Happening["type"];

/** `seq` grows by one with every event of this host, over restarts too. */
export type AgentEvent = Happening & { readonly seq: number; readonly atMs: number };

/** The object an event is about, for filters: a check's id, a group, a compliance's name. */
export function subjectOf(event: Happening): string {
  switch (event.type) {
    case "check":
    case "flapping":
      return event.check.id;
    case "group":
      return event.group;
    case "node":
      return event.node;
    case "downtime":
      return event.checks;
    case "compliance":
      return event.compliance;
    case "collector":
      return event.collector;
    case "action":
      return event.handler;
    case "message":
      return event.title;
  }
}
