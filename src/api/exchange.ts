// One request to its end: admitted, routed, read, identified, answered, counted.
import { type IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { AgentError, reasonOf } from "../kernel/errors.ts";
import type { Log } from "../kernel/log.ts";
import type { Upgrader } from "../transports/websocket.ts";
import type { Caller } from "./access/callers.ts";
import { deadlineHeader } from "./contract/index.ts";
import { addressOf, type Gatekeeper } from "./gatekeeper.ts";
import { readBody } from "./request-body.ts";
import type { Answer, Route } from "./route.ts";
import type { FindRoute, Match } from "./router.ts";
import { shownUrl } from "./shown-url.ts";
import type { Tally } from "./tally.ts";
import { writeFrames } from "./write-frames.ts";
import { writeStream } from "./write-stream.ts";

export interface ExchangeNeeds<Needs> {
  readonly log: Log;
  readonly gatekeeper: Gatekeeper;
  readonly findRoute: FindRoute<Needs>;
  readonly routeNeeds: Needs;
  readonly bodyLimitBytes: number;
  /** Aborted when the agent begins to stop: streams end then. */
  readonly signal: AbortSignal;
  /** True once the agent is stopping: connections end with the answer under way. */
  readonly stopping: () => boolean;
  readonly tally: Tally;
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
    const answer = await answerTo(request, needs);
    await respond(response, "frames" in answer ? notUpgraded : answer, { ...needs, beganMs });
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
    const answer = request.method === "GET" ? await answerTo(request, needs) : notWithBody;
    if ("frames" in answer) {
      clearTimeout(guard);
      needs.signal.removeEventListener("abort", end);
      needs.tally.answered(urlOf(request), answer.status);
      const client = await (await needs.upgrader()).upgrade(request, socket, head);
      if (client !== undefined) await writeFrames(client, answer, needs.signal);
      return;
    }
    const response = new ServerResponse(request);
    response.assignSocket(socket as Socket);
    response.shouldKeepAlive = false;
    response.once("finish", () => socket.end(end));
    await respond(response, "stream" in answer ? notWithBody : answer, { ...needs, beganMs });
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

type Answering = Pick<ExchangeNeeds<never>, "log" | "signal" | "stopping" | "tally"> & {
  readonly beganMs: number;
};

async function respond(
  response: ServerResponse,
  answer: Exclude<Answer, { frames: unknown }>,
  { beganMs, log, signal, stopping, tally }: Answering,
): Promise<void> {
  const request = response.req;
  if (stopping()) response.shouldKeepAlive = false;
  if ("stream" in answer) await writeStream(response, answer, signal);
  else write(response, answer);
  tally.answered(urlOf(request), answer.status);
  if (log.writes("info")) logAccess(request, response, performance.now() - beganMs, log);
}

async function answerTo<Needs>(request: IncomingMessage, needs: ExchangeNeeds<Needs>): Promise<Answer> {
  const denial = denialOf(request, needs);
  if (denial !== undefined) return denial;
  const match = needs.findRoute(request.method ?? "", request.url ?? "");
  if (match === undefined) return notFound;
  try {
    return await answerRoute(request, match, needs);
  } catch (thrown) {
    if (!(thrown instanceof AgentError)) return failure(thrown, request, needs.log);
    needs.tally.refused(thrown.code);
    needs.log.info("refused", { address: nameOf(request), url: urlOf(request), reason: thrown.message });
    return match.route.refuse(thrown);
  }
}

/** A fault of this program is told to the log, and to the caller only that there was one. */
function failure(thrown: unknown, request: IncomingMessage, log: Log): Answer {
  if (request.errored !== null) throw thrown;
  const trace = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  log.error("internal error", { url: urlOf(request), trace });
  return { status: 500, text: "internal error\n" };
}

/** Before routing: a host that is not allowed learns nothing of what there is (contract happo §2.1). */
function denialOf<Needs>(
  request: IncomingMessage,
  { gatekeeper, tally }: ExchangeNeeds<Needs>,
): Answer | undefined {
  const verdict = gatekeeper.admit(addressOf(request));
  if (verdict === "allowed") return undefined;
  tally.denied(nameOf(request), urlOf(request));
  if (verdict === "denied") return { status: 403, text: "Access Denied\n" };
  return { status: 503, text: `ACL format error: ${verdict.malformed}\n` };
}

/** For logs and counts. */
function urlOf({ url = "" }: IncomingMessage): string {
  return shownUrl(url);
}

function nameOf(request: IncomingMessage): string {
  return addressOf(request) ?? "unix";
}

async function answerRoute<Needs>(
  request: IncomingMessage,
  { route, params }: Match<Needs>,
  { bodyLimitBytes, gatekeeper, ...needs }: ExchangeNeeds<Needs>,
): Promise<Answer> {
  const callerWith = (apikey: unknown) => withRole(gatekeeper.identify(request, apikey), route);
  const form = route.takes ?? (route.input === undefined ? undefined : "json");
  // A body is work and memory: it is taken from strangers only where it can tell who they are.
  const known = form === "json" && gatekeeper.asksBody(request) ? undefined : callerWith(undefined);
  const body = form === undefined ? undefined : await readBody(request, form, bodyLimitBytes);
  const caller = known ?? callerWith(isMapping(body) ? body["apikey"] : undefined);
  const remainingMs = remainingOf(request);
  return await route.answer(body, needs.routeNeeds, {
    caller,
    address: nameOf(request),
    params,
    query: queryOf(request.url ?? "", body),
    accept: request.headers.accept ?? "",
    lastEventId: String(request.headers["last-event-id"] ?? ""),
    remainingMs,
  });
}

function withRole(caller: Caller, { role }: Pick<Route<never>, "role">): Caller {
  if (role === undefined || caller.roles.has(role)) return caller;
  throw new AgentError("access.role", { caller: caller.name, role });
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

/** What stands behind `?`, and the fields of a form behind it. */
function queryOf(url: string, body: unknown): URLSearchParams {
  const place = url.indexOf("?");
  const query = new URLSearchParams(place < 0 ? "" : url.slice(place + 1));
  if (body instanceof URLSearchParams) for (const [name, value] of body) query.append(name, value);
  return query;
}

function remainingOf({ headers }: IncomingMessage): number | undefined {
  const text = headers[deadlineHeader];
  return typeof text === "string" && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

function write(
  response: ServerResponse,
  answer: Exclude<Answer, { stream: unknown } | { frames: unknown }>,
): void {
  const isJson = "json" in answer;
  const body = isJson ? JSON.stringify(answer.json) : answer.text;
  const headers = {
    "content-type": isJson ? "application/json; charset=UTF-8" : "text/plain; charset=utf-8",
    "content-length": Buffer.byteLength(body),
    // A body that was not read to its end cannot be followed by another request.
    ...(response.req.complete ? {} : { connection: "close" }),
    ...answer.headers,
  };
  response.writeHead(answer.status, headers);
  response.end(body);
}

/** Contract happo §11, its spelling mended. */
function logAccess(request: IncomingMessage, response: ServerResponse, tookMs: number, log: Log): void {
  const { remoteAddress = "unix", remotePort = 0 } = request.socket;
  const bytes = Number(response.getHeader("content-length") ?? 0);
  const line = `"${request.method} ${urlOf(request)}" ${response.statusCode} ${bytes} ${tookMs.toFixed(3)}`;
  log.info(`Access: ${remoteAddress}:${remotePort} ${line}`);
}
