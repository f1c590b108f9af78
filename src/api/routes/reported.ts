// GET /reported: the state of things as others told it, and events.
import { type ReportedAnswer, reportedAnswer } from "../contract/index.ts";
import { defineRoute } from "../route.ts";

interface Told {
  readonly host: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly atMs: number;
}

export interface ReportedNeeds {
  readonly reported: {
    readonly checks: readonly (Told & {
      readonly name: string;
      readonly status: 0 | 1 | 2 | 3;
      readonly message: string;
    })[];
    readonly events: readonly (Told & {
      readonly title: string;
      readonly text: string;
      readonly level: string;
    })[];
  };
}

const states = ["ok", "warning", "critical", "unknown"] as const;
const seconds = (atMs: number) => Math.floor(atMs / 1000);

export const reported = defineRoute({
  method: "GET",
  path: "/reported",
  summary: "Lists checks and events that applications told this agent of.",
  role: "read",
  answers: {
    200: { description: "The last word on each check, and the newest events.", schema: reportedAnswer },
  },
  handle(_input: undefined, { reported: { checks, events } }: ReportedNeeds) {
    const json: ReportedAnswer = {
      checks: checks.map(({ name, host, status, message, tags, atMs }) => ({
        ...{ name, host, message },
        state: states[status],
        tags: { ...tags },
        at: seconds(atMs),
      })),
      events: events.map(({ title, text, host, level, tags, atMs }) => ({
        ...{ title, text, host, level },
        tags: { ...tags },
        at: seconds(atMs),
      })),
    };
    return { status: 200, json };
  },
});
