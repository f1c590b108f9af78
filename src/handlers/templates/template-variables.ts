// What templates see of an event (contract opsbro §5.4, §6.2).
import { type AgentEvent, type CheckFacts, stateIdOf, wireEvent } from "../../event/index.ts";
import type { NodeFacts, SenderNeeds } from "../handler.ts";

export type TemplateVariables = Readonly<Record<string, unknown>>;

/** `handler` holds what templates may see of the handler's configuration; nothing secret. */
export function templateVariables(
  event: AgentEvent,
  { node, handler }: { readonly node: NodeFacts; readonly handler: TemplateVariables },
): TemplateVariables {
  return {
    ...subjectVariables(event),
    _time: localTime(event.atMs),
    node: nodeVariables(node),
    handler,
    event: wireEvent(event),
  };
}

/** A handler as every kind shows it. */
export function handlerVariables({ handler }: Pick<SenderNeeds, "handler">): TemplateVariables {
  const { name, type, severities } = handler;
  return { name, id: name, type, severities: [...severities] };
}

/** This node, in the names of the older system and in plain ones. */
export function nodeVariables({ name, displayName, address, groups, uuid }: NodeFacts): TemplateVariables {
  return { name, display_name: displayName, address, addr: address, groups: [...groups], uuid };
}

/** `YYYY-MM-DD HH:MM:SS` in local time. */
function localTime(atMs: number): string {
  const at = new Date(atMs);
  const two = (part: number) => String(part).padStart(2, "0");
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

function subjectVariables(event: AgentEvent): TemplateVariables {
  switch (event.type) {
    case "check":
      return { check: checkVariables(event.check) };
    case "flapping":
      return { check: checkVariables(event.check), flapping: event.change };
    case "group":
      return { group: event.group, group_modification: event.change };
    case "node":
      return { changed_node: changedNodeVariables(event) };
    case "compliance":
      return { compliance: complianceVariables(event) };
    default:
      return {};
  }
}

/** The check's own keys stand beside those that every check has. */
function checkVariables(check: CheckFacts): TemplateVariables {
  return {
    ...check.extra,
    ...{ id: check.id, name: check.name, display_name: check.displayName, host: check.host },
    ...{ pack_name: check.packName, pack_level: check.packLevel, output: check.output, notes: check.notes },
    ...{ state: check.state, state_id: stateIdOf(check.state) },
    ...{ old_state: check.oldState, old_state_id: stateIdOf(check.oldState) },
    ...{ last_check: Math.floor(check.lastCheckMs / 1000), hard: check.hard, flapping: check.flapping },
    ...{ attempt: check.attempt, attempts: check.attempts, handlers: check.handlers ?? null },
  };
}

/** The node that the event is about; `node` is the one that tells. */
function changedNodeVariables(event: Extract<AgentEvent, { type: "node" }>): TemplateVariables {
  const { uuid, node, displayName, address, state, oldState } = event;
  return { uuid, name: node, display_name: displayName, addr: address, state, old_state: oldState };
}

/** Templates of the older system ask a rule by calling it. */
function complianceVariables(event: Extract<AgentEvent, { type: "compliance" }>): TemplateVariables {
  const { compliance, rule, mode, state, oldState, infos } = event;
  const name = rule === "" || rule === compliance ? compliance : `${compliance}: ${rule}`;
  return {
    ...{ name, compliance_name: compliance, rule, mode, state, old_state: oldState, infos },
    get_name: () => name,
    get_state: () => state,
    get_old_state: () => oldState,
  };
}
