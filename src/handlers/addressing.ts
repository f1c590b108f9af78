// Who is told of what (contract opsbro §6.1, §10.3).
import type { AgentEvent, CheckFacts, JudgedState, NodeState } from "../event/index.ts";

/** Kinds of events that people can be told of. What became of telling is not among them: it would never end. */
export const toldTypes = ["check", "flapping", "compliance", "node", "group"] as const;

export type ToldType = (typeof toldTypes)[number];
export type ToldEvent = Extract<AgentEvent, { type: ToldType }>;

export interface Audience {
  readonly name: string;
  readonly enabled: boolean;
  /** Told only while the node is in it; undefined: always. */
  readonly onlyInGroup: string | undefined;
  readonly severities: readonly JudgedState[];
  readonly events: readonly ToldType[];
}

/** Whether anybody at all is to be told of it. */
export function isTold(event: AgentEvent): event is ToldEvent {
  if (event.type === "check" || event.type === "flapping" || event.type === "node")
    return event.held === undefined;
  if (event.type === "compliance") return event.notable;
  return event.type === "group";
}

/** Whether this one is told. `groups` are those of the node now. */
export function isFor(audience: Audience, event: ToldEvent, groups: () => readonly string[]): boolean {
  if (!audience.enabled || !audience.events.includes(event.type)) return false;
  const severity = severityOf(event);
  if (severity !== undefined && !audience.severities.includes(severity)) return false;
  if (!isListed(audience.name, checkOf(event)?.handlers)) return false;
  return audience.onlyInGroup === undefined || groups().includes(audience.onlyInGroup);
}

/** The check that an event is about, if it is about one. */
export function checkOf(event: AgentEvent): CheckFacts | undefined {
  return event.type === "check" || event.type === "flapping" ? event.check : undefined;
}

/** The state that a handler's severities are held against; a change of groups has none. */
function severityOf(event: ToldEvent): JudgedState | undefined {
  if (event.type === "group") return undefined;
  if (event.type === "compliance") return severityOfCompliance(event.state);
  if (event.type === "node") return severityOfNode(event.state);
  return event.check.state === "pending" ? "unknown" : event.check.state;
}

/** A repair is worth a look: something had been changed. */
function severityOfCompliance(state: string): JudgedState {
  if (state === "COMPLIANT") return "ok";
  if (state === "FIXED") return "warning";
  return state === "ERROR" ? "critical" : "unknown";
}

/** Who leaves says so, and is no problem. */
function severityOfNode(state: NodeState): JudgedState {
  if (state === "alive" || state === "leave") return "ok";
  if (state === "suspect") return "warning";
  return state === "dead" ? "critical" : "unknown";
}

/** A check that lists nobody tells everybody. */
function isListed(name: string, handlers: readonly string[] | undefined): boolean {
  return handlers === undefined || handlers.includes(name);
}
