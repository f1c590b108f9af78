// `yagura events follow`: what happens, as it happens, a line each.
import type { EventMessage } from "../../api/contract/index.ts";
import { printable } from "../../kernel/log.ts";
import { clientOptions, followAgent } from "../agent-client.ts";
import type { CliNeeds } from "../cli-needs.ts";
import { type Colour, colours } from "../colour.ts";
import { defineCommand } from "../command.ts";
import { isOn, textOf } from "../option-values.ts";

export const command = defineCommand({
  name: "events follow",
  summary: "Show what happens, as it happens, until Ctrl-C.",
  options: [
    ...clientOptions,
    {
      name: "type",
      kind: "text",
      value: "TYPES",
      help: "only these, with commas between, such as check,group",
    },
    { name: "match", kind: "text", value: "PATTERN", help: "only what this fits, such as 'linux/*'" },
    { name: "after", kind: "text", value: "NUMBER", help: "begin behind this event instead of now" },
  ],
  examples: ["yagura events follow", "yagura events follow --type check --match 'linux/*'"],
  async run(input, needs) {
    const stopping = new AbortController();
    const stop = () => stopping.abort();
    process.once("SIGINT", stop);
    process.once("SIGTERM", stop);
    const query = new URLSearchParams();
    for (const key of ["type", "match", "after"]) {
      const value = textOf(input.options, key);
      if (value !== undefined) query.set(key, value);
    }
    const { eventMessage } = await import("../../api/contract/index.ts");
    const asJson = isOn(input.options, "json");
    const onLine = (line: string) => {
      if (!line.startsWith("data: ")) return;
      const parsed = eventMessage.safeParse(parse(line.slice("data: ".length)));
      if (!parsed.success) return;
      needs.stdout.write(asJson ? `${JSON.stringify(parsed.data)}\n` : `${eventLine(parsed.data, needs)}\n`);
    };
    try {
      await followAgent(`/events/stream?${query}`, input, { needs, onLine, signal: stopping.signal });
    } finally {
      process.off("SIGINT", stop);
      process.off("SIGTERM", stop);
    }
    return 0;
  },
});

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

const stateColours: Readonly<Record<string, Colour>> = {
  ok: "green",
  warning: "yellow",
  critical: "red",
  unknown: "yellow",
};

/** Time, number, type, what it is about, and what became of it. What comes from outside is made printable. */
export function eventLine(message: EventMessage, needs: Pick<CliNeeds, "stdout" | "environment">): string {
  if ("missed" in message) return `… ${String(message["missed"])} events were missed`;
  const { seq, at, type, ...facts } = message;
  const time = new Date(Number(at) * 1000).toISOString().replace("T", " ").slice(0, 19);
  return `${time} ${String(seq).padStart(5)} ${String(type).padEnd(10)} ${describe(String(type), facts, needs)}`;
}

type Facts = Readonly<Record<string, unknown>>;

function describe(type: string, facts: Facts, needs: Pick<CliNeeds, "stdout" | "environment">): string {
  const text = (key: string) => printable(String(facts[key] ?? ""));
  const colour = colours(needs);
  const state = (key: string) => {
    const own = stateColours[String(facts[key])];
    return own === undefined ? text(key) : colour(own, text(key));
  };
  const held = typeof facts["held"] === "string" ? ` (nobody is told: ${text("held")})` : "";
  switch (type) {
    case "check":
      return `${text("check")}: ${state("old_state")} → ${state("state")}${held}  ${text("output")}`;
    case "flapping":
      return `${text("check")}: ${text("change") === "start" ? "begins to flap" : "flaps no longer"}${held}`;
    case "node":
      return `${text("node")}: ${text("old_state")} → ${text("state")}${held}`;
    case "group":
      return `${text("group")} ${text("change") === "add" ? "came" : "went"}`;
    case "collector":
      return `${text("collector")}: ${text("old_state")} → ${text("state")}  ${text("log")}`;
    case "compliance":
      return `${text("compliance")}: ${text("old_state")} → ${text("state")}  ${text("rule")}`;
    case "downtime":
      return `${text("kind")} of ${text("checks")}: ${text("change")}  ${text("author")} ${text("comment")}`;
    case "action":
      return `${text("handler")}: ${text("outcome")} event ${text("about")}  ${text("text")}`;
    default:
      return `${text("title")} ${text("text")}`;
  }
}
