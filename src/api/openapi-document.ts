// The OpenAPI 3.1 document of a list of routes: what is served, and what docs/openapi.json is made from.
import * as z from "zod";
import type { AnswerDoc, Route } from "./route.ts";

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly [field: string]: unknown;
}

export interface OpenapiDocument extends Record<string, unknown> {
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

export function openapiDocument<Needs>(routes: readonly Route<Needs>[], version: string): OpenapiDocument {
  const paths: Record<string, Record<string, Operation>> = {};
  for (const route of routes) {
    const path = pathOf(route);
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Yagura",
      version,
      description: "Remote checks and metrics of one host, directly or through bastions.",
    },
    components: { securitySchemes: { token: { type: "http", scheme: "bearer" } } },
    security: [{}, { token: [] }],
    paths,
  };
}

function operationOf<Needs>(route: Route<Needs>): Operation {
  const schema = { type: "string" };
  const parameters = [
    ...[...pathOf(route).matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
      name,
      in: "path",
      required: true,
      schema,
    })),
    ...Object.entries(route.queries ?? {}).map(([name, description]) => ({
      name,
      in: "query",
      description,
      schema,
    })),
  ];
  return {
    operationId: operationId(route.method, route.path),
    summary: route.summary,
    description: route.role === undefined ? "For every allowed host." : `Needs the role \`${route.role}\`.`,
    ...(parameters.length > 0 ? { parameters } : {}),
    ...bodyOf(route),
    responses: responsesOf(route),
  };
}

function bodyOf<Needs>({ input, queries = {}, takes }: Route<Needs>): Record<string, unknown> {
  if (takes === "bytes")
    return { requestBody: { content: { "text/plain": { schema: { type: "string" } } } } };
  if (takes === "form") {
    const properties = Object.fromEntries(Object.keys(queries).map((name) => [name, { type: "string" }]));
    return {
      requestBody: {
        content: { "application/x-www-form-urlencoded": { schema: { type: "object", properties } } },
      },
    };
  }
  return input === undefined ? {} : { requestBody: { content: json(input, "input") } };
}

/** The route's own answers, and those of the door before it. */
function responsesOf<Needs>({ answers, input, takes }: Route<Needs>): Record<string, unknown> {
  const byTheDoor: Record<number, AnswerDoc> = {
    403: {
      description: "The host is not allowed, the credentials are not known, or the caller lacks the role.",
    },
    ...(input === undefined && takes === undefined
      ? {}
      : { 413: { description: "The body is larger than `api.max_body`." } }),
    429: { description: "Too many wrong credentials came from this host." },
    503: { description: "An entry of `api.allow` before the one that matches is no address." },
  };
  const all = Object.entries({ ...byTheDoor, ...answers });
  return Object.fromEntries(all.map(([status, doc]) => [status, responseOf(doc)]));
}

function responseOf({ description, schema }: AnswerDoc): Record<string, unknown> {
  return schema === undefined ? { description } : { description, content: json(schema, "output") };
}

function json(schema: z.ZodType, io: "input" | "output"): Record<string, unknown> {
  const { $schema: _dialect, ...shape } = z.toJSONSchema(schema, { io });
  return { "application/json": { schema: shape } };
}

/** As the document writes what may stand for a part: `/machine-state/{key}`, and `{rest}` for any number of parts. */
export function pathOf({ path }: { readonly path: string }): string {
  return path.replace(/:(\w+)/g, "{$1}").replace("*", "{rest}");
}

/** `GET /machine-state/:key` → `getMachineStateKey`. */
function operationId(method: string, path: string): string {
  const words = path
    .replace("*", "rest")
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== "");
  const tail = words.map((word) => `${word[0]?.toUpperCase()}${word.slice(1)}`).join("");
  return `${method.toLowerCase()}${tail === "" ? "Root" : tail}`;
}
