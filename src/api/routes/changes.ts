// Histories in the older system's shape, from the stream of events (contract opsbro §3, §5.4, §10.3).
import type { AgentEvent } from "../../event/index.ts";
import { stateIdOf } from "../../event/index.ts";
import { defineRoute, type Route } from "../route.ts";

export interface ChangesNeeds {
  readonly events: {
    /** The newest of a type, oldest first. */
    newest(type: AgentEvent["type"], limit: number): Promise<readonly AgentEvent[]>;
  };
}

type Event<Type> = Extract<AgentEvent, { readonly type: Type }>;

const entriesAtMost = 2000;

const checkEntry = ({ check }: Event<"check">) => ({
  ...{ name: check.name, id: check.id, display_name: check.displayName },
  ...{ pack_name: check.packName, pack_level: check.packLevel, output: check.output },
  ...{
    last_check: Math.floor(check.lastCheckMs / 1000),
    state: check.state,
    state_id: stateIdOf(check.state),
  },
  ...{ old_state: check.oldState, old_state_id: stateIdOf(check.oldState) },
});
const groupEntry = ({ change, group }: Event<"group">) => ({ type: `group-${change}`, name: group });
const complianceEntry = (event: Event<"compliance">) => ({
  ...{ name: event.compliance, rule: event.rule, mode: event.mode, infos: event.infos },
  ...{ state: event.state, old_state: event.oldState },
});

function history<Type extends "check" | "group" | "compliance">(
  path: string,
  { type, summary, entry }: { type: Type; summary: string; entry: (event: Event<Type>) => object },
): Route<ChangesNeeds> {
  return defineRoute({
    ...{ method: "GET", path, summary, role: "read" },
    answers: { 200: { description: "Oldest first: a second, and what changed in it." } },
    async handle(_input: undefined, { events }: ChangesNeeds) {
      const seconds = new Map<number, object[]>();
      for (const event of await events.newest(type, entriesAtMost)) {
        const date = Math.floor(event.atMs / 1000);
        seconds.set(date, [...(seconds.get(date) ?? []), entry(event as Event<Type>)]);
      }
      return { status: 200, json: [...seconds].map(([date, entries]) => ({ date, entries })) };
    },
  });
}

export const changes: readonly Route<ChangesNeeds>[] = [
  history("/monitoring/history/checks", {
    ...{ type: "check", entry: checkEntry, summary: "The changes of checks' states." },
  }),
  history("/agent/detectors/history", {
    ...{ type: "group", entry: groupEntry, summary: "The groups that came and went." },
  }),
  history("/compliance/history", {
    ...{ type: "compliance", entry: complianceEntry, summary: "The changes of compliances' states." },
  }),
];
