// What an event is, and what a check can say.

export { type CheckState, type JudgedState, stateIdOf, stateOfStatus } from "./check-state.ts";
export {
  type AgentEvent,
  type CheckFacts,
  type EventType,
  type Happening,
  type Held,
  type NodeState,
  subjectOf,
} from "./event.ts";
export { eventText } from "./event-text.ts";
export { type WireEvent, wireEvent } from "./wire-event.ts";
