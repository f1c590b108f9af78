// The HTTP side of a fake nsqd, answer by answer as contract loda §7.5 has them.
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import { isGoodTopic, keep, messagesIn, type State } from "./state.ts";

interface Answer {
  readonly status: number;
  readonly body: string | object;
  readonly close?: boolean;
}

const ok: Answer = { status: 200, body: "OK" };
const fault = (status: number, message: string, close = false): Answer => ({
  status,
  body: { message },
  close,
});

export function httpSide(state: State): RequestListener {
  return (request, response) => {
    void answer(state, request, response).catch(() => response.destroy());
  };
}

async function answer(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "/", "http://nsqd");
  state.asked.push(`${request.method} ${url.pathname}`);
  const limitBytes = url.pathname === "/mpub" ? state.manners.maxBodyBytes : state.manners.maxMessageBytes;
  // It looks no further than the limit, and closes with the rest unread.
  const tooLong = Number(request.headers["content-length"] ?? 0) > limitBytes;
  const body = tooLong ? undefined : await buffer(request);
  if (state.manners.halfOpen) return;
  await pause(state.manners.delayMs);
  const { status, body: said, close = false } = answerTo(state, { method: request.method ?? "", url, body });
  const text = typeof said === "string" ? said : JSON.stringify(said);
  const type = typeof said === "string" ? "text/plain; charset=utf-8" : "application/json; charset=utf-8";
  response.writeHead(status, {
    "content-type": type,
    "x-nsq-content-type": "nsq; version=1.0",
    ...(close ? { connection: "close" } : {}),
  });
  response.end(text);
}

interface Asked {
  readonly method: string;
  readonly url: URL;
  /** Undefined where it is beyond the limit. */
  readonly body: Buffer | undefined;
}

function answerTo(state: State, asked: Asked): Answer {
  const { method, url } = asked;
  const { pathname } = url;
  const publishing = ["/pub", "/put", "/mpub"].includes(pathname);
  const creating = ["/topic/create", "/topic/empty", "/topic/delete", "/channel/create"].includes(pathname);
  const reading = ["/ping", "/info", "/stats"].includes(pathname);
  if (state.manners.missing.includes(pathname) || !(publishing || creating || reading))
    return fault(404, "NOT_FOUND");
  if (method !== (reading ? "GET" : "POST")) return fault(405, "METHOD_NOT_ALLOWED");
  if (publishing) return publish(state, asked);
  return reading ? read(state, url) : { status: 200, body: "" };
}

function read(state: State, url: URL): Answer {
  if (url.pathname === "/ping") return ok;
  if (url.pathname === "/info")
    return { status: 200, body: { version: "1.3.0", broadcast_address: "vm", hostname: "vm" } };
  const wanted = url.searchParams.get("topic");
  const topics = [...state.topics]
    .filter(([name]) => wanted === null || wanted === name)
    .map(([name, { length }]) => ({ topic_name: name, message_count: length, depth: length }));
  return { status: 200, body: { topics } };
}

function publish(state: State, { url, body }: Asked): Answer {
  const { manners } = state;
  const list = url.pathname === "/mpub";
  if (manners.exiting) return fault(503, "EXITING");
  if (manners.failing) return fault(500, "INTERNAL_ERROR");
  if (body === undefined) return fault(413, list ? "BODY_TOO_BIG" : "MSG_TOO_BIG", true);
  if (!list && body.length === 0) return fault(400, "MSG_EMPTY");
  const topic = url.searchParams.get("topic");
  if (topic === null) return fault(400, "MISSING_ARG_TOPIC");
  if (!isGoodTopic(state, topic)) return fault(400, "INVALID_TOPIC");
  if (Number(url.searchParams.get("defer") ?? 0) > 3_600_000) return fault(400, "INVALID_DEFER");
  const messages = list ? listed(url, body) : [body];
  if (messages === undefined) return fault(400, "INVALID_BODY");
  if (messages.some(({ length }) => length > manners.maxMessageBytes)) return fault(413, "MSG_TOO_BIG", true);
  keep(state, topic, messages);
  return ok;
}

function listed(url: URL, body: Buffer): Buffer[] | undefined {
  if (url.searchParams.get("binary") === "true") return messagesIn(body);
  return body
    .toString("latin1")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => Buffer.from(line, "latin1"));
}
