// How an agent is asked for the value of an expression (contract opsbro §12.4).
import type { Telling } from "./agent-client.ts";

export function evaluationOf(expression: string, as: "json" | "text" = "json"): Telling {
  const query = new URLSearchParams({ expr: Buffer.from(expression).toString("base64"), as });
  return { method: "POST", path: `/agent/evaluator/eval?${query}` };
}

/** Of a value in JSON, as the expression language has it: zero and what is empty are not true. */
export function isTrue(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value === "object" && value !== null) return Object.keys(value).length > 0;
  return Boolean(value);
}
