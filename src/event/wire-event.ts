// An event as clients and webhooks see it: names in snake case, times in Unix seconds.
import { stateIdOf } from "./check-state.ts";
import type { AgentEvent, CheckFacts } from "./event.ts";

export type WireEvent = Readonly<Record<string, unknown>>;

export function wireEvent({ seq, atMs, ...happening }: AgentEvent): WireEvent {
  const head = { seq, at: atMs / 1000, type: happening.type };
  switch (happening.type) {
    case "check":
      return { ...head, ...wireCheck(happening.check), held: happening.held ?? null };
    case "flapping":
      return {
        ...head,
        change: happening.change,
        ...wireCheck(happening.check),
        held: happening.held ?? null,
      };
    case "downtime": {
      const { untilMs, ...downtime } = happening;
      return { ...head, ...downtime, until: untilMs / 1000 };
    }
    case "node": {
      const { displayName, oldState, held, ...rest } = happening;
      return { ...head, ...rest, display_name: displayName, old_state: oldState, held: held ?? null };
    }
    case "compliance":
    case "collector": {
      const { oldState, ...rest } = happening;
      return { ...head, ...rest, old_state: oldState };
    }
    default:
      return { ...head, ...happening };
  }
}

function wireCheck(check: CheckFacts): WireEvent {
  return {
    ...{ check: check.id, name: check.name, display_name: check.displayName, host: check.host },
    ...{ pack: check.packName, level: check.packLevel, state: check.state, state_id: stateIdOf(check.state) },
    ...{ old_state: check.oldState, old_state_id: stateIdOf(check.oldState), output: check.output },
    ...{ last_check: check.lastCheckMs / 1000, attempt: check.attempt, attempts: check.attempts },
    ...{ hard: check.hard, flapping: check.flapping, notes: check.notes },
  };
}
