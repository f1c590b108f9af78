// Which events somebody wants to see.
import { type AgentEvent, type CheckState, type EventType, subjectOf } from "../event/index.ts";
import { wildcards } from "../kernel/wildcard.ts";

export interface EventFilter {
  /** Undefined: all. */
  readonly types?: ReadonlySet<EventType> | undefined;
  /** What it is about, with `*` and `?`. */
  readonly match?: string | undefined;
  /** Only checks whose state is one of these; events of other types are not asked. */
  readonly states?: ReadonlySet<CheckState> | undefined;
  /** True: only those that handlers are told of. */
  readonly told?: boolean | undefined;
}

/** Made once for each reader. */
export function eventFilter({
  types,
  match,
  states,
  told = false,
}: EventFilter): (event: AgentEvent) => boolean {
  const isMeant = match === undefined ? undefined : wildcards([match]);
  return (event) => {
    if (types !== undefined && !types.has(event.type)) return false;
    if (states !== undefined && "check" in event && !states.has(event.check.state)) return false;
    if (told && "held" in event && event.held !== undefined) return false;
    return isMeant?.(subjectOf(event)) ?? true;
  };
}
