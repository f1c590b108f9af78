// The module's answers, formats and limits, over a real history.
import { inflateSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type OpenedQuery, openQuery } from "../../test/query/open-query.ts";
import { sampleSeries } from "../../test/query/sample-series.ts";
import { testContext } from "../../test/support/context.ts";
import { workedWithinLater } from "../../test/support/worked.ts";
import { AgentError } from "../kernel/errors.ts";
import { dottedName } from "../metric/dotted-name.ts";
import { parseSeriesKey, seriesKey } from "../metric/series.ts";
import { type QueryNeeds, queryModule } from "./index.ts";

const nowS = 1_799_996_400;
const samples = sampleSeries(nowS);
let opened: OpenedQuery;

beforeAll(async () => {
  opened = await openQuery(samples, { nowS });
});
afterAll(() => opened.stop());

type Params = Record<string, string> | [string, string][];
const render = (params: Params) => opened.query.render(new URLSearchParams(params));
const json = async (params: Params) => JSON.parse(String((await render(params)).body));

/** The module with other limits over the same history. */
async function limited(config: object, history: QueryNeeds["history"] = opened.history) {
  const { clock, ...context } = testContext();
  const needs = {
    ...context,
    clock: { ...clock, now: () => nowS * 1000 },
    history,
    nameOf: (key: string) => key,
  };
  return await queryModule.start(queryModule.config.parse(config), needs);
}

describe("requests", () => {
  it("are answered as JSON when no format is named", async () => {
    const { contentType, body } = await render({ target: "flat", from: "-1min" });
    expect(contentType).toBe("application/json");
    const datapoints = Array.from({ length: 6 }, (_, place) => [1, nowS - 50 + place * 10]);
    expect(JSON.parse(String(body))).toEqual([{ target: "flat", tags: { name: "flat" }, datapoints }]);
  });

  it("may name targets in both ways, and several", async () => {
    const names = async (params: [string, string][]) =>
      (await json(params)).map(({ target }: { target: string }) => target);
    expect(
      await names([
        ["target", "flat"],
        ["target", "net.lo"],
        ["target[]", "not seen"],
      ]),
    ).toEqual(["flat", "net.lo"]);
    expect(
      await names([
        ["target[]", "net.lo"],
        ["target[]", " "],
      ]),
    ).toEqual(["net.lo"]);
  });

  it.each([
    [{}, /no target/],
    [{ target: " " }, /no target/],
    [
      { target: "flat", format: "pickle" },
      /the format "pickle" is not offered; there are json, csv, raw, svg, png/,
    ],
    [{ target: "flat", from: "then" }, /from: "then" is no time/],
    [{ target: "flat", from: "now" }, /empty/],
    [{ target: "flat", maxDataPoints: "0" }, /maxDataPoints/],
    [{ target: "flat", xFilesFactor: "half" }, /xFilesFactor/],
  ])("%j are refused", async (params, reason) => {
    await expect(render(params)).rejects.toThrow(reason);
    await expect(render(params)).rejects.toBeInstanceOf(AgentError);
  });

  it("have values that JSON has no words for", async () => {
    const text = String((await render({ target: "scale(scale(flat,1e308),1e308)", from: "-20s" })).body);
    expect(text).toContain("[1e9999,");
    expect(JSON.parse(text)[0].datapoints[0][0]).toBe(Number.POSITIVE_INFINITY);
  });

  it.each([
    "shop.topic=orders.lag",
    "shop.topic\\=orders.lag",
    "shop.topic*.lag",
    "scale(shop.topic=orders.lag,1)",
    "shop.*.lag",
  ])("find a series by %s, whose name has a sign of tags", async (target) => {
    const points = [[nowS - 10, 10]] as const;
    const signed = [{ name: seriesKey({ name: "shop.topic=orders.lag", tags: {} }), points }];
    const nameOf = (key: string) =>
      dottedName(parseSeriesKey(key) ?? { name: "", tags: {} }, () => undefined);
    const shop = await openQuery(signed, { nowS, nameOf });
    const { body } = await shop.query.render(
      new URLSearchParams({ target, from: "-20s", noNullPoints: "1" }),
    );
    const [found] = JSON.parse(String(body));
    await shop.stop();
    expect(found.datapoints.map(([value]: [number]) => value)).toContain(10);
    expect(found.target).toContain("shop.topic=orders.lag");
  });

  it.each(["alignDST", "alignDst"])(
    "take %s, which graphite-web lists in one way and takes in another",
    async (name) => {
      const target = `timeShift(flat,'1s',resetEnd=true,${name}=true)`;
      expect(await json({ target, from: "-1min" })).toHaveLength(1);
    },
  );

  it("take the tags that a series has elsewhere than in its name", async () => {
    const nameOf = (key: string) =>
      key.replace(/^disk\.(\w+);host=([^;]+);mount=(\w+)$/, "disk.$3.$1;host=$2");
    const moved = await openQuery(samples, { nowS, nameOf });
    const params = new URLSearchParams({
      target: "aliasByTags(disk.root.used*,'mount','host','name')",
      from: "-1min",
    });
    const series = JSON.parse(String((await moved.query.render(params)).body));
    await moved.stop();
    expect(series.map(({ target }: { target: string }) => target)).toEqual([
      "root.alpha.disk.used",
      "root.beta.example.disk.used",
    ]);
  });
});

describe("limits", () => {
  it("hold series, values and time", async () => {
    const few = await limited({ max_series: 3 });
    await expect(few.render(new URLSearchParams({ target: "servers.*.*.*" }))).rejects.toThrow(
      /more than 3 series/,
    );
    const small = await limited({ max_points: 700 });
    const hour = { target: "net.eth0.*", from: "-1h" };
    await expect(small.render(new URLSearchParams(hour))).rejects.toThrow(/more than 700 values/);
    const line = { target: "time('x',1)", from: "0" };
    await expect(opened.query.render(new URLSearchParams(line))).rejects.toThrow(/more than 200000 values/);
    const slow = await limited(
      { deadline: "50ms" },
      {
        series: () => Promise.resolve(["a", "b", "c"]),
        async grid() {
          await new Promise((resolve) => setTimeout(resolve, 40));
          return { resolutionMs: 10_000, stepMs: 10_000, firstMs: 0, values: new Float64Array(0) };
        },
      },
    );
    await expect(slow.render(new URLSearchParams({ target: "*" }))).rejects.toThrow(/longer than 50 ms/);
  });

  it.each([
    ["functions", `group(${Array(1001).fill("flat()").join(",")})`, /more than 1000 functions/],
    ["doubling", `${"movingAverage(".repeat(40)}flat${",1)".repeat(40)}`, /more than 4000 functions/],
    ["names", `${"{a,b}".repeat(30)}`, /more than 10000 names/],
    ["stars", `${"*a".repeat(511)}b`, undefined],
    ["text", "a".repeat(100_000), /more than 65536 characters/],
    ["targets in targets", 'applyByNode(flat,0,"%")', undefined],
    ["template", `template(${"$a".repeat(30_000)},a="${"x".repeat(400)}")`, /becomes too long/],
  ])("too many %s are told at once", async (_, target, reason) => {
    await workedWithinLater(3000, async () => {
      const answer = render({ target, from: "-1h" });
      if (reason === undefined) await answer;
      else await expect(answer).rejects.toThrow(reason);
    });
  });

  it.each([
    ["m", undefined],
    ["consolidateBy(m,'max')", "max"],
    ["summarize(m,'1h','min')", "min"],
    ["summarize(m,'1h')", "sum"],
    ["summarize(m,'1h',func='last')", "last"],
    ["smartSummarize(alias(m,'x'),'1h','avg')", "avg"],
    ["summarize(consolidateBy(m,'max'),'1h','sum')", "max"],
    ["consolidateBy(scale(m,2),'max')", undefined],
    ["alias(sortByName(consolidateBy(m,'sum')),'x')", "sum"],
    ["consolidateBy(seriesByTag('name=m'),'min')", "min"],
    ["summarize(m,'1h','median')", undefined],
  ])("%s asks the history for the %s of longer times", async (target, aggregate) => {
    const asked: unknown[] = [];
    const query = await limited(
      {},
      {
        ...opened.history,
        series: async () => ["m"],
        grid: (request) => {
          asked.push(request.aggregate);
          return opened.history.grid(request);
        },
      },
    );
    await query.render(new URLSearchParams({ target, from: "-2h" }));
    expect(new Set(asked)).toEqual(new Set([aggregate]));
  });

  it("ask the history for larger steps when a time is long", async () => {
    const [series] = await json({ target: "flat", from: "-3w" });
    const step = series.datapoints[1][1] - series.datapoints[0][1];
    expect([step, series.datapoints.at(-1)]).toEqual([300, [1, nowS]]);
  });

  it("leave what the history cannot do to it", async () => {
    const failing = await limited(
      {},
      {
        series: () => Promise.resolve(["a"]),
        grid: () => Promise.reject(new AgentError("store.failed", { path: "x", reason: "y" })),
      },
    );
    await expect(failing.render(new URLSearchParams({ target: "a" }))).rejects.toMatchObject({
      code: "store.failed",
    });
  });

  it("stop with the agent", async () => {
    const stopping = await limited({});
    await stopping.stop();
    await stopping.stop();
    const heavy = { target: "movingMedian(movingMedian(servers.*.*.*,500),500)", from: "-2h" };
    await expect(stopping.render(new URLSearchParams(heavy))).rejects.toThrow(/stopping/);
  });
});

describe("pictures", () => {
  const wanted = { target: "servers.*.cpu.*", from: "-2h", title: "A & B <c>", width: "500", height: "260" };

  it("have the size that was asked for, and something on them", async () => {
    const { contentType, body } = await render({ ...wanted, format: "png" });
    const file = body as Buffer;
    expect(contentType).toBe("image/png");
    expect([file.readUInt32BE(16), file.readUInt32BE(20)]).toEqual([500, 260]);
    const at = file.indexOf("IDAT");
    const rows = inflateSync(file.subarray(at + 4, at + 4 + file.readUInt32BE(at - 4)));
    expect(rows).toHaveLength(260 * (500 * 3 + 1));
    const colours = new Set<number>();
    for (let y = 0; y < 260; y += 1) {
      for (let x = 0; x < 500; x += 1) colours.add(rows.readUIntBE(y * 1501 + 1 + x * 3, 3));
    }
    // Five series and the colour of letters, each in many shades to the white around them.
    expect(colours.size).toBeGreaterThan(200);
    expect(colours.has(0xffffff)).toBe(true);
  });

  it.each([
    ["plain", {}],
    ["stacked", { areaMode: "stacked", bgcolor: "black" }],
    ["of areas in steps", { areaMode: "all", lineMode: "staircase", hideLegend: "true" }],
    ["with a second axis", { target: "group(secondYAxis(net.lo),dashed(flat),drawAsInfinite(sparse.one))" }],
    ["without anything", { target: "none" }],
    ["of a hostile name", { target: 'alias(flat,"<script>&\u0001")', width: "-5", height: "99999999" }],
    ["between bounds", { min: "10", max: "5", yUnitSystem: "binary", tz: "Asia/Tokyo" }],
    [
      "of infinite values",
      { target: "group(scale(scale(net.lo,1e308),1e308),scale(flat,-1e308),dashed(scale(flat,1e300)))" },
    ],
    ["of one moment", { target: 'verticalLine("-1h","x","red")', from: "-2h" }],
    ["of seconds", { from: "-20s" }],
    ["of years", { from: "-30y", target: "constantLine(1)" }],
  ])("%s are well-formed", async (_, change) => {
    const params = { ...wanted, ...change };
    const { contentType, body } = await render({ ...params, format: "svg" });
    expect(contentType).toBe("image/svg+xml");
    expect(faultOfXml(String(body))).toBeUndefined();
    expect(String(body)).not.toMatch(/NaN|Infinity|undefined|<script/);
    expect(((await render({ ...params, format: "png" })).body as Buffer).length).toBeGreaterThan(300);
  });

  it("hold texts as they were written", async () => {
    const text = String((await render({ ...wanted, format: "svg" })).body);
    expect(text).toContain(">A &amp; B &lt;c&gt;</text>");
    for (const name of ["servers.web1.cpu.user", "servers.web10.cpu.user"])
      expect(text).toContain(`>${name}</text>`);
  });
});

/** Where elements do not close as they opened, or something stands there that is no XML. */
function faultOfXml(text: string): string | undefined {
  const open: string[] = [];
  let rest = text.trim();
  while (rest !== "") {
    const [token, closing, name, empty] =
      /^<(\/?)([a-zA-Z]+)(?: [\w:-]+="[^"<]*")*\s*(\/?)>/.exec(rest) ??
      /^(?:[^<&]|&(?:amp|lt|gt|quot|#39);)+/.exec(rest) ??
      [];
    if (token === undefined) return rest.slice(0, 80);
    rest = rest.slice(token.length);
    if (name === undefined) continue;
    if (closing === "/") {
      if (open.pop() !== name) return `</${name}>`;
    } else if (empty !== "/") open.push(name);
  }
  return open.length === 0 ? undefined : `<${open.at(-1)}> is not closed`;
}
