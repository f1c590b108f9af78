// The stream of events: a page of it, and both ways to follow it (server-sent events, websocket).
import type { Entry, EventFilter, EventLog, Missed } from "../../events/index.ts";
import { AgentError } from "../../kernel/errors.ts";
import { checkState, eventsAnswer, eventTypes } from "../contract/index.ts";
import { defineRoute } from "../route.ts";

export interface EventsNeeds {
  readonly eventLog: Pick<EventLog, "after" | "follow" | "sequence">;
}

const queries = {
  after: "Number of the last event that was seen; the stream begins with the next one.",
  type: `Types, with commas between: ${eventTypes.join(", ")}; all when absent.`,
  match: "What the event is about, `*` and `?` standing for any characters; all when absent.",
  state: "States of checks, with commas between; all when absent.",
  told: "`true`: only those that handlers are told of.",
};

const patternLimit = 512;
const pageLimit = 1000;

function invalid(reason: string): never {
  throw new AgentError("body.invalid", { reason });
}

/** A list of words out of those that there are. */
function wordsOf<Word extends string>(query: URLSearchParams, key: string, known: readonly Word[]) {
  const text = query.get(key);
  if (text === null || text === "") return undefined;
  const words = text.split(",").map((word) => word.trim());
  const unknown = words.find((word) => !known.includes(word as Word));
  if (unknown !== undefined) invalid(`${key}: expected some of ${known.join(", ")}`);
  return new Set(words as Word[]);
}

function filterOf(query: URLSearchParams): EventFilter {
  const match = query.get("match") ?? undefined;
  if (match !== undefined && match.length > patternLimit) invalid("match: too long");
  return {
    match,
    types: wordsOf(query, "type", eventTypes),
    states: wordsOf(query, "state", checkState.options),
    told: query.get("told") === "true",
  };
}

function numberAt(query: URLSearchParams, key: string, most: number): number | undefined {
  const text = query.get(key);
  if (text === null || text === "") return undefined;
  const value = Number(text);
  if (!/^\d{1,16}$/.test(text) || value > most) invalid(`${key}: expected a number up to ${most}`);
  return value;
}

const afterOf = (query: URLSearchParams) => numberAt(query, "after", Number.MAX_SAFE_INTEGER);

export const events = defineRoute({
  method: "GET",
  path: "/events",
  summary: "Lists events after a number, oldest first.",
  role: "read",
  queries: { ...queries, limit: `Events of one answer, ${pageLimit} at most; 100 when absent.` },
  answers: {
    200: { description: "Events, and where to go on.", schema: eventsAnswer },
    400: { description: "The question makes no sense." },
  },
  async handle(_input: undefined, { eventLog }: EventsNeeds, { query }) {
    const limit = numberAt(query, "limit", pageLimit) ?? 100;
    // Without a place to begin, the newest ones.
    const after = afterOf(query) ?? Math.max(0, eventLog.sequence - limit);
    const { entries, next, gap } = await eventLog.after(after, filterOf(query), limit);
    const text = `{"events":[${entries.map(({ wire }) => wire).join(",")}],"next":${next},"gap":${gap}}`;
    return { status: 200, text, headers: { "content-type": "application/json; charset=UTF-8" } };
  },
});

const heartbeatMs = 15_000;

export const eventStream = defineRoute({
  method: "GET",
  path: "/events/stream",
  summary: "Follows events as server-sent events; Last-Event-ID resumes.",
  role: "read",
  gives: "stream",
  queries,
  answers: {
    200: {
      description: "text/event-stream: `id` is the number, `event` the type, `data` the event as JSON.",
    },
    400: { description: "The question makes no sense." },
  },
  handle(_input: undefined, { eventLog }: EventsNeeds, { query, lastEventId }) {
    const filter = filterOf(query);
    const resumed = new URLSearchParams({ after: lastEventId });
    const after = afterOf(resumed) ?? afterOf(query);
    return {
      status: 200,
      contentType: "text/event-stream; charset=utf-8",
      heartbeat: { everyMs: heartbeatMs, text: ":\n\n" },
      stream: (signal) => messages(eventLog.follow({ after, filter }, signal)),
    };
  },
});

async function* messages(found: AsyncGenerator<Entry | Missed>): AsyncGenerator<string> {
  // Says at once that it stands: some clients wait for a first byte.
  yield ":\n\n";
  for await (const one of found)
    yield "missed" in one
      ? `event: missed\ndata: ${one.wire}\n\n`
      : `id: ${one.event.seq}\nevent: ${one.event.type}\ndata: ${one.wire}\n\n`;
}

export const eventSocket = defineRoute({
  method: "GET",
  path: "/events/socket",
  summary: "Follows events over a websocket, a frame of JSON for each.",
  role: "read",
  gives: "frames",
  queries,
  answers: {
    101: { description: "The connection becomes a websocket; what the client sends is not read." },
    400: { description: "The question makes no sense." },
    426: { description: "It was not asked for a websocket." },
  },
  handle(_input: undefined, { eventLog }: EventsNeeds, { query }) {
    const filter = filterOf(query);
    const after = afterOf(query);
    return { status: 101, frames: (signal) => eventLog.follow({ after, filter }, signal) };
  },
});
