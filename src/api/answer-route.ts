// What stands between a request and its route: who asks, the role, the body, and what else the route is told.
import type { IncomingMessage } from "node:http";
import { AgentError } from "../kernel/errors.ts";
import type { Caller } from "./access/caller.ts";
import type { BodyFields } from "./body-fields.ts";
import { deadlineHeader } from "./contract/index.ts";
import { addressOf, type Gatekeeper, unixAddress } from "./gatekeeper.ts";
import { type BodyForm, type BodyNeeds, takeBody } from "./request-body.ts";
import type { Answer, Route, RouteRequest } from "./route.ts";
import type { Match } from "./router.ts";

export interface AnswerRouteNeeds<Needs> extends BodyNeeds {
  readonly gatekeeper: Pick<Gatekeeper, "asksBody" | "identify" | "mayGoAnywhere" | "sourceOf">;
  readonly routeNeeds: Needs;
}

/** Asked before anything is done for the route, but after the caller's role. */
export type Instead = (route: Pick<Route<never>, "gives">) => Answer | undefined;

interface Asked<Needs> {
  readonly match: Match<Needs>;
  readonly instead: Instead;
}

/** Throws `AgentError`: `access.*`, `body.*`, and whatever the route throws. */
export async function answerRoute<Needs>(
  request: IncomingMessage,
  { match, instead }: Asked<Needs>,
  needs: AnswerRouteNeeds<Needs>,
): Promise<Answer> {
  const { route } = match;
  const { gatekeeper } = needs;
  if (route.changes === true) refuseForPages(request);
  const form = route.takes ?? (route.input === undefined ? undefined : "json");
  // A body is work and memory: it is taken from strangers only where it can tell who they are.
  const asksBody = (form === "json" || form === "fields") && gatekeeper.asksBody(request);
  const known = asksBody ? undefined : withRole(gatekeeper.identify(request, undefined), route);
  const other = instead(route);
  if (other !== undefined) return other;
  const { limitBytes } = route;
  const wish = { fields: fieldsOf(route), source: gatekeeper.sourceOf(request), limitBytes };
  const body = form === undefined ? undefined : await takeBody(request, { form, ...wish }, needs);
  try {
    const value = body?.value;
    const caller = known ?? withRole(gatekeeper.identify(request, apikeyOf(value, form)), route);
    const asked = { caller, params: match.params, mayGoAnywhere: gatekeeper.mayGoAnywhere(request, caller) };
    return await route.answer(value, needs.routeNeeds, requestOf(request, asked, value));
  } finally {
    body?.leave();
  }
}

function withRole(caller: Caller, { role }: Pick<Route<never>, "role">): Caller {
  if (role === undefined || caller.roles.has(role)) return caller;
  throw new AgentError("access.role", { caller: caller.name, role });
}

function fieldsOf({ fields = [] }: Pick<Route<never>, "fields">): readonly string[] {
  return ["apikey", ...fields];
}

function apikeyOf(value: unknown, form: BodyForm | undefined): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return form === "fields"
    ? (value as BodyFields).value("apikey")
    : (value as Record<string, unknown>)["apikey"];
}

function requestOf(
  request: IncomingMessage,
  { caller, params, mayGoAnywhere }: Pick<RouteRequest, "caller" | "params" | "mayGoAnywhere">,
  body: unknown,
): RouteRequest {
  return {
    caller,
    address: addressOf(request),
    mayGoAnywhere,
    params,
    query: queryOf(request.url ?? "", body),
    accept: request.headers.accept ?? "",
    lastEventId: String(request.headers["last-event-id"] ?? ""),
    remainingMs: remainingOf(request),
  };
}

/** No page can have a browser send these headers to another host without being asked first (Fetch, CORS preflight). */
function refuseForPages(request: IncomingMessage): void {
  const { authorization, "x-requested-with": requestedWith } = request.headers;
  if (addressOf(request) === unixAddress || authorization !== undefined || requestedWith !== undefined)
    return;
  throw new AgentError("access.header", {});
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
