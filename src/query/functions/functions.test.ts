// What functions make of a few points. That they do as graphite-web does is held by test/query.
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type OpenedQuery, openQuery } from "../../../test/query/open-query.ts";
import { AgentError } from "../../kernel/errors.ts";
import { functionsByName } from "./index.ts";

/** A whole hour; seven places of ten seconds up to it. */
const nowS = 1_799_996_400;
const startS = nowS - 60;

const points: Readonly<Record<string, readonly (number | null)[]>> = {
  "a.one": [1, 2, 3, 4, 5, 6, 7],
  "a.two": [10, null, 30, null, null, 60, 70],
  "a.down": [7, 5, 9, 2, 2, 8, 1],
  "b.count": [100, 150, 10, 60, null, 160, 210],
  "disk.used;host=x;mount=root": [1, 1, 1, 1, 1, 1, 1],
  "disk.used;host=y;mount=root": [2, 2, 2, 2, 2, 2, 2],
};

let opened: OpenedQuery;

beforeAll(async () => {
  const samples = Object.entries(points).map(([name, values]) => ({
    name,
    points: values.flatMap((value, place) => (value === null ? [] : [[startS + place * 10, value] as const])),
  }));
  opened = await openQuery(samples, { nowS });
});
afterAll(() => opened.stop());

interface Rendered {
  readonly target: string;
  readonly datapoints: readonly (readonly [number | null, number])[];
}

async function render(target: string): Promise<Rendered[]> {
  const params = new URLSearchParams({ target, from: String(startS - 1), until: String(nowS) });
  return JSON.parse(String((await opened.query.render(params)).body)) as Rendered[];
}

/** `name: value value …`, with a dot for none. */
const told = (list: readonly Rendered[]) =>
  list.map(({ target, datapoints }) =>
    [`${target}:`, ...datapoints.map(([value]) => (value === null ? "." : +value.toFixed(4)))].join(" "),
  );

it.each([
  ["a.one", ["a.one: 1 2 3 4 5 6 7"]],
  ["a.t*", ["a.two: 10 . 30 . . 60 70"]],
  [`aliasByNode(a.{one,two},1)`, ["one: 1 2 3 4 5 6 7", "two: 10 . 30 . . 60 70"]],
  [`aliasSub(a.one,"(\\w)\\.(\\w+)","\\2-\\1")`, ["one-a: 1 2 3 4 5 6 7"]],
  [`sumSeries(a.one,a.two)`, ["sumSeries(a.one,a.two): 11 2 33 4 5 66 77"]],
  [`aggregate(a.{one,two},"sum",1)`, ["sumSeries(a.{one,two}): 11 . 33 . . 66 77"]],
  [`averageSeries(a.one,a.down)`, ["averageSeries(a.one,a.down): 4 3.5 6 3 3.5 7 4"]],
  [`diffSeries(a.two,a.one)`, ["diffSeries(a.two,a.one): 9 2 27 4 5 54 63"]],
  [`divideSeries(a.two,a.one)`, ["divideSeries(a.two,a.one): 10 . 10 . . 10 10"]],
  [`asPercent(a.one,50)`, ["asPercent(a.one,50): 2 4 6 8 10 12 14"]],
  [`scale(a.one,0.5)`, ["scale(a.one,0.5): 0.5 1 1.5 2 2.5 3 3.5"]],
  [`keepLastValue(a.two)`, ["keepLastValue(a.two): 10 10 30 30 30 60 70"]],
  [`keepLastValue(a.two,1)`, ["keepLastValue(a.two): 10 10 30 . . 60 70"]],
  [`interpolate(a.two)`, ["interpolate(a.two): 10 20 30 40 50 60 70"]],
  [`transformNull(a.two)`, ["transformNull(a.two,0): 10 0 30 0 0 60 70"]],
  [`derivative(a.down)`, ["derivative(a.down): . -2 4 -7 0 6 -7"]],
  [`nonNegativeDerivative(b.count)`, ["nonNegativeDerivative(b.count): . 50 . 50 . . 50"]],
  [`perSecond(b.count,199)`, ["perSecond(b.count): . 5 6 5 . . ."]],
  [`integral(a.two)`, ["integral(a.two): 10 . 40 . . 100 170"]],
  [`changed(a.down)`, ["changed(a.down): 0 1 1 1 0 1 1"]],
  [`delay(a.one,2)`, ["delay(a.one,2): . . 1 2 3 4 5"]],
  [`summarize(a.one,"30s")`, [`summarize(a.one, "30s", "sum"): 6 15 7`]],
  // Just one of two values is there each time.
  [`setXFilesFactor(a.two,0.5)|summarize("20s")`, [`summarize(a.two, "20s", "sum"): 10 30 60 70`]],
  [`setXFilesFactor(a.two,0.51)|summarize("20s")`, [`summarize(a.two, "20s", "sum"): . . . .`]],
  [`movingAverage(a.one,2)`, ["movingAverage(a.one,2): . 1 1.5 2.5 3.5 4.5 5.5"]],
  [`movingMedian(a.down,"30s")`, [`movingMedian(a.down,"30s"): . 7 6 7 5 2 2`]],
  [`nPercentile(a.down,50)`, ["nPercentile(a.down, 50): 5 5 5 5 5 5 5"]],
  [`removeAboveValue(a.down,6)`, ["removeAboveValue(a.down, 6): . 5 . 2 2 . 1"]],
  [`timeShift(a.one,"20s")`, [`timeShift(a.one, "-20s"): . . 1 2 3 4 5`]],
  [`sortByMaxima(a.*)|limit(1)`, ["a.two: 10 . 30 . . 60 70"]],
  [`grep(a.*,"^a\\.o")`, ["a.one: 1 2 3 4 5 6 7"]],
  [`groupByTags(seriesByTag("name=disk.used"),"sum","mount")`, ["disk.used;mount=root: 3 3 3 3 3 3 3"]],
  [`aliasByTags(seriesByTag("host=~y|z"),"host")`, ["y: 2 2 2 2 2 2 2"]],
  [`highestMax(a.*,1)|aliasByMetric()`, ["two: 10 . 30 . . 60 70"]],
  [`stdev(a.down,3)|limit(1)`, ["stdev(a.down,3): 0 1 1.633 2.8674 3.2998 2.8284 3.0912"]],
])("%s", async (target, expected) => {
  expect(told(await render(target))).toEqual(expected);
});

describe("arguments", () => {
  it.each([
    ["scale(a.one)", "scale(): the parameter factor is missing"],
    ["scale(a.one,'much')", 'scale(): the parameter factor must be a number, not "much"'],
    ["scale(a.one,2,3)", "scale() takes 2 arguments at most, and 3 are given"],
    ["scale(a.one,times=2)", 'scale() has no parameter "times"'],
    ["scale(a.one,2,factor=3)", "scale(): the parameter factor is given twice"],
    ["scale(2,2)", 'scale(): the parameter seriesList must be series, not "2"'],
    ["alias(a.one,a.two)", "alias(): the parameter newName must be a text, not series"],
    ["limit(a.one,1.5)", 'limit(): the parameter n must be a whole number, not "1.5"'],
    ["summarize(a.one,'5parsecs')", /summarize\(\): the parameter intervalString must be a span/],
    ["summarize(a.one,'0s')", /a second or more/],
    ["aggregate(a.one,'best')", /aggregate\(\): the parameter func must be one of average/],
    ["consolidateBy(a.one,'best')", /consolidationFunc must be one of sum, average/],
    ["sortBy(a.one,'max','maybe')", /reverse must be true or false, not "maybe"/],
    ["groupByNode(a.one,1,'best')", /"best" is no aggregation and no function/],
    ["groupByNode(a.one,1,'constantLine')", /"constantLine" is no aggregation and no function/],
    ["best(a.one)", 'there is no function "best"'],
    ["grep(a.one,'(')", /cannot be used/],
    ["divideSeries(a.one,a.*)", /one divisor, not 3/],
    ["areaBetween(a.*)", /two series, not 3/],
    ["asPercent(a.*,group(a.one,a.two))", /not 2/],
    ["movingAverage(a.one,'-')", /windowSize must be/],
    ["movingAverage(a.one,1000000000)", /0 to 100000 points/],
    ["timeStack(a.one,'1s',0,5000)", /more than 1000 times/],
    ["sin('x',1,0)", /a second or more/],
    ["alias(a.one,", /character 13: expected an argument/],
  ])("%s", async (target, reason) => {
    const refused = render(target);
    await expect(refused).rejects.toMatchObject({ code: "body.invalid" });
    await expect(refused).rejects.toThrow(reason);
  });

  it.each([
    [`scale(a.one,"2")`, `scale(a.one,2)`],
    [`scale(seriesList=a.one,factor=2)`, `scale(a.one,2)`],
    [`limit(a.one,"1")`, "a.one"],
    [`sortByName(a.one,natural=1,reverse="false")`, "a.one"],
    [`alias(a.one,5)`, "5"],
    [`transformNull(a.one,None)`, "transformNull(a.one,0)"],
    [`aliasByNode(a.one,"1")`, "one"],
  ])("%s is taken as well", async (target, name) => {
    expect((await render(target)).map((one) => one.target)).toEqual([name]);
  });
});

it("any function with any arguments answers or refuses", async () => {
  const series = fc.constantFrom(
    "a.*",
    "a.two",
    "b.count",
    "none",
    "seriesByTag('name=disk.used')",
    "summarize(a.one,'20s')",
  );
  const number = fc.constantFrom(
    "0",
    "1",
    "-1",
    "3",
    "1.5",
    "-1e300",
    "1e-300",
    "inf",
    "1000000000000",
    "99",
  );
  const text = fc.constantFrom(
    '"1min"',
    '"-10s"',
    '"max"',
    '"="',
    '"a"',
    '"(.)"',
    '"%.one"',
    '"now"',
    '"0d"',
    '"avg_zero"',
    '""',
    '"1000y"',
  );
  const other = fc.constantFrom("true", "None", "mapSeries(a.*,0)");
  const target = fc.letrec<{ call: string; argument: string }>((tie) => ({
    argument: fc.oneof({ maxDepth: 2 }, series, number, text, other, tie("call")),
    call: fc
      .tuple(
        fc.constantFrom(...functionsByName.keys()),
        fc.oneof(series, tie("call")),
        fc.array(tie("argument"), { maxLength: 4 }),
      )
      .map(([name, first, rest]) => `${name}(${[first, ...rest].join(",")})`),
  })).call;
  await fc.assert(
    fc.asyncProperty(target, async (source) => {
      try {
        await render(source);
      } catch (thrown) {
        if (!(thrown instanceof AgentError) || thrown.code !== "body.invalid") throw thrown;
      }
    }),
    { numRuns: 1500 },
  );
}, 60_000);
