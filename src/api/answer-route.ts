// What stands between a request and its route: who asks, the role, the body, and what else the route is told.
import type { IncomingMessage } from "node:http";
import { AgentError } from "../kernel/errors.ts";
import type { Caller } from "./access/caller.ts";
import type { BodyFields } from "./body-fields.ts";
import { deadlineHeader } from "./contract/index.ts";
import { addressOf, type Gatekeeper, unixAddress } from "./gatekeeper.ts";
import { type BodyForm, type BodyNeeds, takeBody } from "./request-body.ts";
import type { Answer, Route } from "./route.ts";
import type { Match } from "./router.ts";

export interface AnswerRouteNeeds<Needs> extends BodyNeeds {
  readonly gatekeeper: Pick<Gatekeeper, "asksBody" | "identify" | "mayGoAnywhere">;
  readonly routeNeeds: Needs;
}

interface Answering<Needs> extends AnswerRouteNeeds<Needs> {
  /** Asked before anything is done for the route, but after the caller's role. */
  readonly instead: (route: Route<Needs>) => Answer | undefined;
}

/** Throws `AgentError`: `access.*`, `body.*`, and whatever the route throws. */
export async function answerRoute<Needs>(
  request: IncomingMessage,
  match: Match<Needs>,
  needs: Answering<Needs>,
): Promise<Answer> {
  const { route } = match;
  if (route.changes === true) refuseForPages(request);
  const form = route.takes ?? (route.input === undefined ? undefined : "json");
  // A body is work and memory: it is taken from strangers only where it can tell who they are.
  const asksBody = (form === "json" || form === "fields") && needs.gatekeeper.asksBody(request);
  const known = asksBody ? undefined : callerOf(request, route, { ...needs, apikey: undefined });
  const instead = needs.instead(route);
  if (instead !== undefined) return instead;
  const body =
    form === undefined ? undefined : await takeBody(request, { form, fields: fieldsOf(route) }, needs);
  try {
    const value = body?.value;
    const caller = known ?? callerOf(request, route, { ...needs, apikey: apikeyOf(value, form) });
    return await route.answer(
      value,
      needs.routeNeeds,
      requestOf(request, match, { ...needs, caller, value }),
    );
  } finally {
    body?.leave();
  }
}

function callerOf<Needs>(
  request: IncomingMessage,
  { role }: Route<Needs>,
  { gatekeeper, apikey }: Pick<AnswerRouteNeeds<Needs>, "gatekeeper"> & { readonly apikey: unknown },
): Caller {
  const caller = gatekeeper.identify(request, apikey);
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

interface Asked<Needs> extends Pick<AnswerRouteNeeds<Needs>, "gatekeeper"> {
  readonly caller: Caller;
  readonly value: unknown;
}

function requestOf<Needs>(
  request: IncomingMessage,
  { params }: Match<Needs>,
  { caller, gatekeeper, value }: Asked<Needs>,
) {
  return {
    caller,
    address: addressOf(request),
    mayGoAnywhere: gatekeeper.mayGoAnywhere(request, caller),
    params,
    query: queryOf(request.url ?? "", value),
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
