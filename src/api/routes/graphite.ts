// Graphite's query side, as Grafana asks it: /render, /metrics/find and its kin, /functions, /tags (contract opsbro §9.3).
import { defineRoute, type Route, type RouteRequest } from "../route.ts";
import { askerOf } from "../run-for.ts";

type Params = URLSearchParams;

interface Answers {
  render(params: Params): Promise<{ readonly contentType: string; readonly body: string | Buffer }>;
  find(params: Params): Promise<unknown>;
  expand(params: Params): Promise<unknown>;
  index(): Promise<readonly string[]>;
  functions(params: Params): unknown;
  functionNamed(name: string): unknown;
  readonly tags: {
    list(params: Params): Promise<unknown>;
    values(tag: string, params: Params): Promise<unknown>;
    findSeries(params: Params): Promise<readonly string[]>;
    autoCompleteTags(params: Params): Promise<readonly string[]>;
    autoCompleteValues(params: Params): Promise<readonly string[]>;
  };
}

export interface GraphiteNeeds {
  readonly query: Pick<Answers, "functions" | "functionNamed"> & {
    /** What somebody is answered, who has his share of what is worked on at once. */
    askedBy(asker: string): Answers;
  };
}

function answersFor({ query }: GraphiteNeeds, { caller, address }: RouteRequest): Answers {
  return query.askedBy(askerOf(caller, address));
}

const refused = { 400: { description: "The question cannot be understood, or asks for too much." } };
const ok = (json: unknown) => ({ status: 200, json });
const unknown = { status: 404, json: { error: "there is none of that name" } };

interface Asking {
  readonly path: string;
  readonly summary: string;
  readonly queries: Readonly<Record<string, string>>;
  readonly ask: (query: Answers, params: Params) => Promise<unknown>;
}

/** Asked with GET, and with POST where the question is long: the fields of a form. */
function asked({ ask, ...facts }: Asking): Route<GraphiteNeeds>[] {
  const answers = { 200: { description: "In the shape that Graphite gives it." }, ...refused };
  const handle = async (_body: unknown, needs: GraphiteNeeds, request: RouteRequest) =>
    ok(await ask(answersFor(needs, request), request.query));
  return [
    defineRoute({ ...facts, method: "GET", role: "read", answers, handle }),
    defineRoute({ ...facts, method: "POST", role: "read", takes: "form", answers, handle }),
  ];
}

const render = (["GET", "POST"] as const).map((method) =>
  defineRoute({
    method,
    path: "/render",
    summary: "Answers Graphite's targets with series, as JSON, CSV, raw text or a picture.",
    role: "read",
    ...(method === "POST" ? { takes: "form" as const } : {}),
    queries: {
      target: "What is asked for, such as alias(sumSeries(web*.requests),'all'); may stand several times.",
      from: "Beginning: -6h, 1700000000, yesterday, 08:00_20260101; -24hours when absent.",
      until: "End, in the same words; now when absent.",
      format: "json (the default), csv, raw, svg or png.",
      maxDataPoints: "Points of one series at most; they are put together until so few are left.",
      width: "Of a picture, in pixels.",
      height: "Of a picture, in pixels.",
      title: "Of a picture.",
      tz: "Time zone of a picture and of words such as midnight.",
    },
    answers: { 200: { description: "Series, in the order of the targets." }, ...refused },
    async handle(_body: unknown, needs: GraphiteNeeds, request) {
      const { body, contentType } = await answersFor(needs, request).render(request.query);
      return {
        status: 200,
        text: body,
        headers: { "content-type": contentType, "cache-control": "no-store" },
      };
    },
  }),
);

const limits = { limit: "So many at most; 100 when absent." };
const expressions = { expr: "Such as name=~^cpu, env=prod; may stand several times.", ...limits };

const functions = defineRoute({
  method: "GET",
  path: "/functions",
  summary: "Lists the functions that /render knows, as Grafana reads them.",
  role: "read",
  queries: { grouped: "1: by their groups." },
  answers: { 200: { description: "Functions by name." } },
  handle: (_body: unknown, { query }: GraphiteNeeds, request) => ok(query.functions(request.query)),
});

const functionNamed = defineRoute({
  method: "GET",
  path: "/functions/:name",
  summary: "Describes one function of /render.",
  role: "read",
  answers: { 200: { description: "Its parameters." }, 404: { description: "There is no such function." } },
  handle(_body: unknown, { query }: GraphiteNeeds, request) {
    const found = query.functionNamed(request.params["name"] ?? "");
    return found === undefined ? unknown : ok(found);
  },
});

const tagValues = defineRoute({
  method: "GET",
  path: "/tags/:tag",
  summary: "Lists the values of a tag.",
  role: "read",
  queries: limits,
  answers: {
    200: { description: "Values, and how many series have each." },
    404: { description: "No series has the tag." },
  },
  async handle(_body: unknown, needs: GraphiteNeeds, request) {
    const found = await answersFor(needs, request).tags.values(request.params["tag"] ?? "", request.query);
    return found === undefined ? unknown : ok(found);
  },
});

export const graphite: readonly Route<GraphiteNeeds>[] = [
  ...render,
  ...asked({
    path: "/metrics/find",
    summary: "Lists the nodes of the tree of names that a pattern fits.",
    queries: { query: "Such as servers.*.", format: "treejson (the default) or completer." },
    ask: (query, params) => query.find(params),
  }),
  ...asked({
    path: "/metrics/expand",
    summary: "Lists the names that patterns fit.",
    queries: {
      query: "May stand several times.",
      groupByExpr: "1: by pattern.",
      leavesOnly: "1: series only.",
    },
    ask: (query, params) => query.expand(params),
  }),
  ...asked({
    path: "/metrics/index.json",
    summary: "Lists all names.",
    queries: {},
    ask: (query) => query.index(),
  }),
  functions,
  functionNamed,
  ...asked({
    path: "/tags",
    summary: "Lists the tags of series.",
    queries: { filter: "A regular expression that they fit.", ...limits },
    ask: (query, params) => query.tags.list(params),
  }),
  ...asked({
    path: "/tags/findSeries",
    summary: "Lists the series that expressions about tags fit.",
    queries: expressions,
    ask: (query, params) => query.tags.findSeries(params),
  }),
  ...asked({
    path: "/tags/autoComplete/tags",
    summary: "Completes the name of a tag.",
    queries: { tagPrefix: "Its beginning.", ...expressions },
    ask: (query, params) => query.tags.autoCompleteTags(params),
  }),
  ...asked({
    path: "/tags/autoComplete/values",
    summary: "Completes the value of a tag.",
    queries: { tag: "The tag.", valuePrefix: "Beginning of the value.", ...expressions },
    ask: (query, params) => query.tags.autoCompleteValues(params),
  }),
  tagValues,
];
