// One request to its end: admitted, routed, read, identified, answered, counted.
import { type IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { AgentError, reasonOf } from "../kernel/errors.ts";
import type { Log } from "../kernel/log.ts";
import type { Upgrader } from "../transports/websocket.ts";
import { type AnswerRouteNeeds, answerRoute, type Instead } from "./answer-route.ts";
import { addressOf, type Gatekeeper } from "./gatekeeper.ts";

import type { Answer } from "./route.ts";
import type { FindRoute } from "./router.ts";
import type { ShowUrl } from "./shown-url.ts";
import type { Tally } from "./tally.ts";
import { writeBeforeRest } from "./unread-rest.ts";
import { writeBody } from "./write-body.ts";
import { writeFrames } from "./write-frames.ts";
import { writeStream } from "./write-stream.ts";

export interface ExchangeNeeds<Needs> extends AnswerRouteNeeds<Needs> {
  readonly log: Log;
  readonly gatekeeper: Gatekeeper;
  readonly findRoute: FindRoute<Needs>;
  /** Aborted when the agent begins to stop: streams end then. */
  readonly signal: AbortSignal;
  /** True once the agent is stopping: connections end with the answer under way. */
  readonly stopping: () => boolean;
  readonly tally: Tally;
  /** A request's address, for logs and counts. */
  readonly showUrl: ShowUrl;
  /** Turns connections into websockets. */
  readonly upgrader: () => Promise<Upgrader>;
}

const notFound: Answer = {
  status: 404,
  text: "404 page not found\n",
  headers: { "x-content-type-options": "nosniff" },
};

/** Never rejects: whatever goes wrong becomes an answer or the end of the connection. */
export async function exchange<Needs>(
  request: IncomingMessage,
  response: ServerResponse,
  needs: ExchangeNeeds<Needs>,
): Promise<void> {
  const beganMs = performance.now();
  try {
    const answer = await answerTo(request, needs, insteadOfFrames);
    if ("frames" in answer) throw new Error(`${request.url} gives frames and does not say so`);
    await respond({ response, answer, beganMs }, needs);
  } catch (thrown) {
    // The sender is gone, or broke off in the middle of its body.
    needs.log.debug("a request was not answered", { reason: reasonOf(thrown) });
    response.destroy();
  }
}

/**
 * A request that asks for another protocol. Where it is a websocket that there is, the connection becomes one; a request
 * without a body is else answered as if it had not asked, and the connection ends. Never rejects.
 */
export async function exchangeUpgrade<Needs>(
  { request, socket, head }: { request: IncomingMessage; socket: Duplex; head: Buffer },
  needs: ExchangeNeeds<Needs>,
): Promise<void> {
  const beganMs = performance.now();
  // The server no longer looks after it: whoever does not go is sent away.
  const guard = setTimeout(() => socket.destroy(), upgradeDeadlineMs).unref();
  const end = () => socket.destroy();
  needs.signal.addEventListener("abort", end, { once: true });
  socket.on("error", () => {});
  socket.once("close", () => {
    clearTimeout(guard);
    needs.signal.removeEventListener("abort", end);
  });
  try {
    // Not in the line of its connection: those of many connections take turns.
    await needs.pace.yield();
    const answer = request.method === "GET" ? await answerTo(request, needs, insteadOfStream) : notWithBody;
    if ("stream" in answer) throw new Error(`${request.url} gives a stream and does not say so`);
    if ("frames" in answer) {
      clearTimeout(guard);
      needs.signal.removeEventListener("abort", end);
      needs.tally.answered(needs.showUrl(request.url ?? ""), answer.status);
      const client = await (await needs.upgrader()).upgrade(request, socket, head);
      if (client !== undefined) await writeFrames(client, answer, needs.signal);
      return;
    }
    const response = new ServerResponse(request);
    response.assignSocket(socket as Socket);
    response.shouldKeepAlive = false;
    response.once("finish", () => socket.end(end));
    await respond({ response, answer, beganMs }, needs);
  } catch (thrown) {
    needs.log.debug("a request was not answered", { reason: reasonOf(thrown) });
    socket.destroy();
  }
}

const upgradeDeadlineMs = 30_000;

/** Such a connection is read and written to by nobody but a websocket. */
const notWithBody = {
  status: 400,
  json: { error: "ask again without asking for another protocol" },
  headers: { connection: "close" },
} as const;

const notUpgraded = {
  status: 426,
  json: { error: "this is a websocket" },
  headers: { upgrade: "websocket", connection: "Upgrade, close" },
} as const;

const insteadOfFrames: Instead = ({ gives }) => (gives === "frames" ? notUpgraded : undefined);
const insteadOfStream: Instead = ({ gives }) => (gives === "stream" ? notWithBody : undefined);

interface Answered {
  readonly response: ServerResponse;
  readonly answer: Exclude<Answer, { frames: unknown }>;
  readonly beganMs: number;
}

async function respond(
  { response, answer, beganMs }: Answered,
  {
    log,
    showUrl,
    signal,
    stopping,
    tally,
  }: Pick<ExchangeNeeds<never>, "log" | "showUrl" | "signal" | "stopping" | "tally">,
): Promise<void> {
  const url = showUrl(response.req.url ?? "");
  if (stopping()) response.shouldKeepAlive = false;
  const bytes =
    "stream" in answer
      ? await writeStream(response, answer, signal).then(() => 0)
      : await write(response, answer);
  tally.answered(url, answer.status);
  if (log.writes("info")) logAccess(response, { url, bytes, tookMs: performance.now() - beganMs }, log);
}

/** `instead` is asked before anything is done for the route. */
async function answerTo<Needs>(
  request: IncomingMessage,
  needs: ExchangeNeeds<Needs>,
  instead: Instead,
): Promise<Answer> {
  const denial = denialOf(request, needs);
  if (denial !== undefined) return denial;
  const match = needs.findRoute(request.method ?? "", request.url ?? "");
  if (match === undefined) return notFound;
  try {
    return await answerRoute(request, { match, instead }, needs);
  } catch (thrown) {
    if (!(thrown instanceof AgentError)) return failure(thrown, request, needs);
    needs.tally.refused(thrown, { address: addressOf(request), url: needs.showUrl(request.url ?? "") });
    return match.route.refuse(thrown);
  }
}

/** A fault of this program is told to the log, and to the caller only that there was one. */
function failure(
  thrown: unknown,
  request: IncomingMessage,
  { log, showUrl }: Pick<ExchangeNeeds<never>, "log" | "showUrl">,
): Answer {
  if (request.errored !== null) throw thrown;
  const trace = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  log.error("internal error", { url: showUrl(request.url ?? ""), trace });
  return { status: 500, text: "internal error\n" };
}

/** Before routing: a host that is not allowed learns nothing of what there is (contract happo §2.1). */
function denialOf<Needs>(
  request: IncomingMessage,
  { gatekeeper, showUrl, tally }: ExchangeNeeds<Needs>,
): Answer | undefined {
  const verdict = gatekeeper.admit(addressOf(request));
  if (verdict === "allowed") return undefined;
  tally.denied(addressOf(request), showUrl(request.url ?? ""));
  // Strangers have few places: each is for one question.
  const headers = { connection: "close" };
  if (verdict === "denied") return { status: 403, text: "Access Denied\n", headers };
  return { status: 503, text: `ACL format error: ${verdict.malformed}\n`, headers };
}

/** Gives the bytes of the body. */
async function write(
  response: ServerResponse,
  answer: Exclude<Answer, { stream: unknown } | { frames: unknown }>,
): Promise<number> {
  const isJson = "json" in answer;
  const given = isJson ? JSON.stringify(answer.json) : answer.text;
  const body = typeof given === "string" ? Buffer.from(given) : given;
  const headers = {
    "content-type": isJson ? "application/json; charset=UTF-8" : "text/plain; charset=utf-8",
    "content-length": body.length,
    // A body that was not read to its end cannot be followed by another request.
    ...(response.req.complete ? {} : { connection: "close" }),
    ...answer.headers,
  };
  response.writeHead(answer.status, headers);
  if (answer.status === 413 && !response.req.complete) await writeBeforeRest(response, body);
  else await writeBody(response, body);
  return body.length;
}

/** Contract happo §11, its spelling mended. */
function logAccess(
  response: ServerResponse,
  { url, bytes, tookMs }: { url: string; bytes: number; tookMs: number },
  log: Log,
): void {
  const { method, socket } = response.req;
  const { remotePort = 0 } = socket;
  const line = `"${method} ${url}" ${response.statusCode} ${bytes} ${tookMs.toFixed(3)}`;
  log.info(`Access: ${addressOf(response.req)}:${remotePort} ${line}`);
}
