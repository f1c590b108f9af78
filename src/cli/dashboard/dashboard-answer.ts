// A dashboard as the agent tells it: a tree of splits, with a value or a fault in every leaf.
import { AgentError } from "../../kernel/errors.ts";
import type { AgentAnswer } from "../agent-client.ts";

const splits = ["vertical_split", "horizontal_split"] as const;
const leaves = ["donut", "horizontal_gauge", "horizontal_chart", "text"] as const;
const depthLimit = 20;

export interface DashboardLeaf {
  readonly kind: (typeof leaves)[number];
  readonly title: string;
  readonly unit: string;
  readonly value: unknown;
  /** Why there is no value; empty when there is one. */
  readonly fault: string;
}

export interface DashboardSplit {
  readonly kind: (typeof splits)[number];
  readonly parts: readonly DashboardPart[];
}

export type DashboardPart = DashboardLeaf | DashboardSplit;

export interface Dashboard {
  readonly title: string;
  readonly content: DashboardPart;
}

/** Throws `agent.answer` when it is no dashboard at all; a part that is none becomes a fault in its place. */
export function readDashboard({ address, value }: AgentAnswer): Dashboard {
  if (isObject(value) && typeof value["title"] === "string")
    return { title: value["title"], content: readPart(value["content"], 0) };
  const reason = "the answer has another shape than it should";
  throw new AgentError("agent.answer", { address, status: 200, reason });
}

function readPart(value: unknown, depth: number): DashboardPart {
  if (!isObject(value)) return broken("this part is empty");
  const split = splits.find((kind) => kind === value["kind"]);
  const leaf = leaves.find((kind) => kind === value["kind"]);
  const text = (key: string) => (typeof value[key] === "string" ? value[key] : "");
  if (split !== undefined) {
    if (depth >= depthLimit) return broken("parts are nested too deep");
    const parts = Array.isArray(value["parts"]) ? (value["parts"] as unknown[]) : [];
    return { kind: split, parts: parts.map((part) => readPart(part, depth + 1)) };
  }
  if (leaf === undefined) return broken("this kind of part is not known");
  return {
    kind: leaf,
    title: text("title"),
    unit: text("unit"),
    fault: text("fault"),
    value: value["value"],
  };
}

function broken(fault: string): DashboardLeaf {
  return { kind: "text", title: "", unit: "", value: null, fault };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
