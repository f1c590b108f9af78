// An event as JSON, as it is kept and as handlers get it.
import type { AgentEvent } from "./event.ts";

export function eventText(event: AgentEvent): string {
  return JSON.stringify(event, plainNumber);
}

/** YAML's large whole numbers, which a check's own keys may hold, are no numbers of JSON. */
function plainNumber(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? Number(value) : value;
}
