// GET /tap: metrics as they pass a point of their way, a line of JSON for each, as long as somebody reads.
import { AgentError } from "../../kernel/errors.ts";
import { wildcards } from "../../kernel/wildcard.ts";
import type { TapLine } from "../contract/index.ts";
import { defineRoute } from "../route.ts";
import { askerOf } from "../run-for.ts";

interface TappedBatch {
  readonly origin: string;
  readonly host: string;
  readonly metrics: readonly {
    readonly name: string;
    readonly tags: Readonly<Record<string, string>>;
    readonly value: number;
    readonly timestampMs: number;
  }[];
}

interface Tap {
  next(): Promise<{ readonly batches: readonly TappedBatch[]; readonly missed: number } | undefined>;
  close(): void;
}

export interface TapNeeds {
  readonly taps: { readonly points: readonly string[]; open(point: string, asker?: string): Tap | undefined };
}

const patternLimit = 512;

export const tap = defineRoute({
  method: "GET",
  path: "/tap",
  summary: "Shows metrics as they pass a point of their way, live, a line of JSON for each.",
  role: "read",
  gives: "stream",
  queries: {
    point:
      "inputs (as they come in), pipeline (as they are kept; the default), or outputs.NAME (as they have left).",
    match: "Names that are shown, `*` and `?` standing for any characters; all when absent.",
  },
  answers: {
    200: { description: "Lines of JSON, without an end." },
    400: { description: "There is no such point, or too many watch already." },
  },
  handle(_input: undefined, { taps }: TapNeeds, { address, caller, query }) {
    const point = query.get("point") ?? "pipeline";
    const match = query.get("match") ?? "*";
    if (match.length > patternLimit) throw new AgentError("body.invalid", { reason: "match: too long" });
    if (!taps.points.includes(point))
      throw new AgentError("body.invalid", { reason: `point: expected one of ${taps.points.join(", ")}` });
    const opened = taps.open(point, caller.roles.has("admin") ? undefined : askerOf(caller, address));
    if (opened === undefined) throw new AgentError("body.invalid", { reason: "too many watch already" });
    return {
      status: 200,
      contentType: "application/x-ndjson; charset=utf-8",
      stream: (signal) => lines(opened, wildcards([match]), signal),
    };
  },
});

async function* lines(
  tap: Tap,
  isShown: (name: string) => boolean,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const close = () => tap.close();
  signal.addEventListener("abort", close, { once: true });
  if (signal.aborted) close();
  try {
    for (let seen = await tap.next(); seen !== undefined; seen = await tap.next()) {
      const missed = seen.missed > 0 ? lineOf({ missed: seen.missed }) : "";
      const text = missed + seen.batches.map((batch) => linesOf(batch, isShown)).join("");
      if (text !== "") yield text;
    }
  } finally {
    signal.removeEventListener("abort", close);
    tap.close();
  }
}

function linesOf({ host, metrics, origin }: TappedBatch, isShown: (name: string) => boolean): string {
  let text = "";
  for (const { name, tags, value, timestampMs: timestamp } of metrics)
    if (isShown(name)) text += lineOf({ name, tags: { ...tags }, value, timestamp, host, origin });
  return text;
}

function lineOf(line: TapLine): string {
  return `${JSON.stringify(line)}\n`;
}
