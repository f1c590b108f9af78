// The same questions to the real graphite-web and to this module, over the same points: the same answers.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Query } from "../../src/query/index.ts";
import { type GraphiteWeb, startGraphiteWeb } from "../support/graphite-web/graphite-web.ts";
import { differenceOf, differenceOfSeries } from "./comparison.ts";
import { type OpenedQuery, openQuery } from "./open-query.ts";
import { sampleSeries, sampleStep } from "./sample-series.ts";
import { longAgo, targets, times, variations } from "./targets.ts";

const nowS = Math.floor(Date.now() / 1000);
let peer: GraphiteWeb;
let opened: OpenedQuery;
let query: Query;

/** Questions that are answered differently on purpose, each with its reason. */
const known = new Map<string, string>([
  ['verticalLine("<-1800>")', "a line without a name is named null there, with an empty text here"],
]);

beforeAll(async () => {
  const samples = sampleSeries(nowS);
  opened = await openQuery(samples, { nowS });
  query = opened.query;
  peer = await startGraphiteWeb(samples.map((one) => ({ ...one, step: sampleStep, places: 120_960 })));
});

afterAll(async () => {
  await opened?.stop();
  await peer?.stop();
});

/** Compares, and holds the answer against what is known to differ. */
async function compare(question: string, difference: Promise<string | undefined>): Promise<void> {
  const found = await difference;
  const reason = known.get(question);
  if (reason === undefined && found !== undefined) expect.fail(`${question}: ${found}`);
  else if (reason === undefined) return;
  else expect(found, `${question} does not differ any more; take it out of the table`).toBeDefined();
}

async function ours(params: string): Promise<unknown> {
  try {
    return JSON.parse(String((await query.render(new URLSearchParams(params))).body));
  } catch (thrown) {
    return { refused: String(thrown) };
  }
}

async function renderDifference(params: string): Promise<string | undefined> {
  const whole = `${params}&now=${nowS}&format=json&noCache=1`;
  const [own, theirs] = await Promise.all([ours(whole), peer.ask(`/render?${whole}`)]);
  const [ownFailed, theirsFailed] = [!Array.isArray(own), theirs.status !== 200];
  if (ownFailed && theirsFailed) return undefined;
  if (ownFailed) return `ours: ${JSON.stringify(own)}`;
  if (theirsFailed) return `theirs: ${theirs.status} ${theirs.text.slice(-300)}`;
  return differenceOfSeries(own, theirs.body);
}

const targetParam = (target: string) =>
  `target=${encodeURIComponent(target.replace(/<(-\d+)>/g, (_, offset) => String(nowS + Number(offset))))}`;

describe("render", () => {
  it.each(targets)("%s", async (target) => {
    const params = `${targetParam(target)}&from=-90min`;
    await compare(target, renderDifference(params));
  });

  const varied = variations.flatMap(([params, some]) => some.map((target) => [params, target] as const));
  it.each(varied)("%s of %s", async (params, target) => {
    const from = params.includes("from=") ? "" : "&from=-90min";
    await compare(`${params} ${target}`, renderDifference(`${params}${from}&${targetParam(target)}`));
  });

  it.each(times)("%s", async (params) => {
    await compare(params, renderDifference(`${params}&target=constantLine(1)&target=flat`));
    await compare(params, renderDifference(`${params}&target=constantLine(1)&tz=America/New_York`));
  });

  it.each(longAgo)("%s", async (params) => {
    for (const zone of ["UTC", "Europe/Berlin", "America/New_York"]) {
      await compare(params, renderDifference(`${params}&target=constantLine(1)&tz=${zone}`));
    }
  });

  it("of several targets at once", async () => {
    const several = [
      "stacked(net.eth0.rx)",
      "stacked(net.eth0.tx)",
      "setXFilesFactor(flat,0.7)",
      "sumSeries(net.*)",
    ];
    await compare("several", renderDifference(`${several.map(targetParam).join("&")}&from=-1h`));
  });
});

/** Questions that both answer with JSON; what is no answer is undefined. */
async function jsonDifference(path: string, own: Promise<unknown>, trim: (body: unknown) => unknown = same) {
  const failed = Symbol("failed");
  const [mine, theirs] = await Promise.all([own.catch(() => failed), peer.ask(path)]);
  if (theirs.status !== 200) return mine === failed ? undefined : `theirs: ${theirs.text.slice(0, 200)}`;
  if (mine === failed) return `ours is refused, theirs: ${theirs.text.slice(0, 200)}`;
  return differenceOf(trim(mine ?? null), trim(theirs.body));
}

const same = (body: unknown) => body;

/** Without what the database of the other side numbers. */
const withoutIds = (body: unknown): unknown =>
  JSON.parse(JSON.stringify(body, (key, value: unknown) => (key === "id" ? undefined : value)));

/** Without what only one side has: a context, and the folder of tagged files. */
const bareNodes = (body: unknown) =>
  (body as { id: string; context?: unknown }[])
    .filter(({ id }) => !id.startsWith("_tagged"))
    .map(({ context, ...rest }) => rest);

/** Nodes of the same name have no order among them on the other side. */
const byPath = (body: unknown) =>
  [...(body as { metrics: { path?: string }[] }).metrics].sort((one, other) =>
    (one.path ?? "~").localeCompare(other.path ?? "~"),
  );

const untagged = (body: unknown) =>
  JSON.parse(
    JSON.stringify(body, (_, value: unknown) => (Array.isArray(value) ? value.filter(isUntagged) : value)),
  );

const isUntagged = (one: unknown) =>
  !/^_tagged|;/.test(typeof one === "string" ? one : ((one as { path?: string }).path ?? ""));

describe("what there is", () => {
  const queries = [
    "servers.*",
    "servers.web1.*",
    "net.*",
    "*1.cpu",
    "servers.{web1,web2}.c*",
    "net.eth0.rx",
    "none",
    "n?t",
    "servers.web[12]",
  ];

  it.each(queries)("find %s", async (text) => {
    for (const rest of ["", "&wildcards=1", "&leavesOnly=1"]) {
      const params = `query=${encodeURIComponent(text)}${rest}`;
      const own = query.find(new URLSearchParams(params));
      await compare(`find ${params}`, jsonDifference(`/metrics/find?${params}`, own, bareNodes));
    }
  });

  it.each([...queries, "", "servers.", "se", "ser..cpu", "net.eth0"])("complete %s", async (text) => {
    const params = `format=completer&wildcards=1&query=${encodeURIComponent(text)}`;
    const own = query.find(new URLSearchParams(params));
    await compare(`find ${params}`, jsonDifference(`/metrics/find?${params}`, own, byPath));
  });

  it.each([
    ...["query=servers.*.cpu.*", "query=servers.*&query=net.*", "query=servers.*&query=net.*&groupByExpr=1"],
    ...["query=*.*&leavesOnly=1", "query=none", "", "query=servers.web{1,10}.{cpu,disk}.*"],
  ])("expand %s", async (params) => {
    const own = query.expand(new URLSearchParams(params));
    await compare(`expand ${params}`, jsonDifference(`/metrics/expand?${params}`, own, untagged));
  });

  it("all names", async () => {
    await compare("index", jsonDifference("/metrics/index.json", query.index(), untagged));
  });
});

describe("tags", () => {
  it.each(["", "filter=h", "filter=.*o", "limit=2"])("list %s", async (params) => {
    const own = query.tags.list(new URLSearchParams(params));
    await compare(`tags ${params}`, jsonDifference(`/tags?${params}`, own, withoutIds));
  });

  it.each(["host", "host?filter=b", "mount?limit=1", "name?filter=disk", "none"])(
    "values %s",
    async (path) => {
      const [tag = "", params = ""] = path.split("?");
      const own = query.tags.values(tag, new URLSearchParams(params));
      await compare(`tags/${path}`, jsonDifference(`/tags/${path}`, own, withoutIds));
    },
  );

  it.each([
    ...[
      "expr=host=alpha",
      "expr=name=~disk&expr=mount!=root",
      "expr=host=&expr=name=~.*",
      "expr=host!=~al&expr=name=disk.used",
    ],
    ...["", "expr=host=", "expr=host=~.*", "expr=none", "expr=host=~b|a", "expr=mount=~^r"],
  ])("series %s", async (params) => {
    const own = query.tags.findSeries(new URLSearchParams(params));
    await compare(`findSeries ${params}`, jsonDifference(`/tags/findSeries?${params}`, own));
  });

  it.each(["", "tagPrefix=h", "expr=host=alpha", "expr=host=alpha&tagPrefix=m", "limit=1", "expr=name=flat"])(
    "complete tags %s",
    async (params) => {
      const own = query.tags.autoCompleteTags(new URLSearchParams(params));
      await compare(`complete tags ${params}`, jsonDifference(`/tags/autoComplete/tags?${params}`, own));
    },
  );

  it.each([
    "tag=host",
    "tag=host&valuePrefix=a",
    "tag=mount&expr=host=alpha",
    "tag=name&limit=3",
    "",
    "tag=none",
  ])("complete values %s", async (params) => {
    const own = query.tags.autoCompleteValues(new URLSearchParams(params));
    await compare(`complete values ${params}`, jsonDifference(`/tags/autoComplete/values?${params}`, own));
  });
});

interface Described {
  readonly group: string;
  readonly params: readonly Record<string, unknown>[];
}

/** What editors of targets go by; texts are our own. */
const bareFunction = ({ group, params }: Described) => ({
  group,
  params: params.map(({ name, type, required, multiple, default: otherwise }) => ({
    name,
    type,
    required,
    multiple,
    default: otherwise === Number.POSITIVE_INFINITY ? "inf" : otherwise,
  })),
});

describe("functions", () => {
  /** What is not offered: it needs events, or is no answer about anything that was measured. */
  const notOffered = ["events", "randomWalk", "randomWalkFunction"];

  it("are all of the other side, with the same parameters", async () => {
    const { body } = await peer.ask("/functions");
    const theirs = body as Record<string, Described>;
    const own = query.functions(new URLSearchParams()) as unknown as Record<string, Described>;
    expect(
      Object.keys(theirs)
        .filter((name) => own[name] === undefined)
        .sort(),
    ).toEqual(notOffered);
    expect(Object.keys(own).filter((name) => theirs[name] === undefined)).toEqual(["logarithm"]);
    const differing = Object.keys(theirs).flatMap((name) => {
      if (own[name] === undefined) return [];
      const found = differenceOf(bareFunction(own[name]), bareFunction(theirs[name]!));
      return found === undefined ? [] : [`${name}${found}`];
    });
    expect(differing).toEqual([]);
  });

  it("are found by name and by group", async () => {
    const { body } = await peer.ask("/functions?grouped=1");
    const own = query.functions(new URLSearchParams("grouped=1"));
    const names = (groups: Record<string, object>) =>
      Object.fromEntries(
        Object.entries(groups).map(([group, list]) => [
          group,
          Object.keys(list)
            .filter((name) => ![...notOffered, "logarithm"].includes(name))
            .sort(),
        ]),
      );
    expect(names(own)).toEqual(names(body as Record<string, object>));
    const one = await peer.ask("/functions/alias");
    expect(bareFunction(query.functionNamed("alias") as unknown as Described)).toEqual(
      bareFunction(one.body as Described),
    );
    expect(query.functionNamed("none")).toBeUndefined();
  });

  it("are each compared above, as far as the other side has them", async () => {
    const { body } = await peer.ask("/functions");
    const compared = [...targets, ...variations.flatMap(([, some]) => some)].join("\n");
    const left = Object.keys(body as object).filter((name) => !new RegExp(`\\b${name}\\(`).test(compared));
    expect(left.filter((name) => !notOffered.includes(name))).toEqual([]);
  });
});

describe("texts", () => {
  it.each([
    "net.*",
    "servers.*.cpu.system",
    "scale(weather.celsius,1e-7)",
    "disk.used;host=alpha;mount=root",
  ])("%s", async (target) => {
    for (const format of ["csv", "raw"]) {
      for (const zone of ["", "&tz=Asia/Tokyo"]) {
        const params = `${targetParam(target)}&from=-20min&now=${nowS}&format=${format}${zone}`;
        const theirs = await peer.ask(`/render?${params}&noCache=1`);
        expect(String((await query.render(new URLSearchParams(params))).body)).toBe(theirs.text);
      }
    }
  });
});
