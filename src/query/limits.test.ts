// What hostile and clumsy questions may cost: memory, and time in which nobody else is answered.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testContext } from "../../test/support/context.ts";
import { workedMs } from "../../test/support/worked.ts";
import { AgentError } from "../kernel/errors.ts";
import { type Query, type QueryNeeds, queryModule } from "./index.ts";

const keys = Array.from({ length: 50 }, (_, place) => `m${place}.a`);
const asked: { fromMs: number; stepMs: number | undefined }[] = [];
const nowMs = 1_799_996_400_000;

const history: QueryNeeds["history"] = {
  grid({ fromMs, toMs, stepMs }) {
    asked.push({ fromMs, stepMs });
    const width = stepMs ?? 10_000;
    const firstMs = Math.floor(fromMs / width) * width;
    const count = Math.ceil((toMs - firstMs) / width);
    if (count > 20_001) return Promise.reject(new AgentError("body.invalid", { reason: "too many" }));
    const values = new Float64Array(count).fill(1.5);
    return Promise.resolve({ resolutionMs: 10_000, stepMs: width, firstMs, values });
  },
  series: () => Promise.resolve(keys),
};

async function started(config: object = {}, given = history): Promise<Query> {
  const { clock, ...context } = testContext();
  const needs = { ...context, clock: { ...clock, now: () => nowMs }, history: given };
  return await queryModule.start(queryModule.config.parse(config), { ...needs, nameOf: (key) => key });
}

let query: Query;
beforeAll(async () => {
  query = await started();
});
afterAll(() => query.stop());

type Params = [string, string][];
const render = (target: string, params: Params = [], asking = query) =>
  asking.render(new URLSearchParams([["target", target], ...params]));
const text = async (target: string, params: Params = []) => String((await render(target, params)).body);

/** Milliseconds of the longest time in which nothing else ran: the least of at most five attempts at `limitMs`, since a
 *  collection of the heap is counted to whoever runs. */
async function longestBlock(limitMs: number, task: () => Promise<unknown>): Promise<number> {
  let leastMs = Infinity;
  for (let attempt = 0; attempt < 5 && leastMs >= limitMs; attempt += 1)
    leastMs = Math.min(leastMs, await longestBlockOnce(task));
  return leastMs;
}

async function longestBlockOnce(task: () => Promise<unknown>): Promise<number> {
  let [last, longest, isOver] = [workedMs(), 0, false];
  const look = () => {
    const now = workedMs();
    longest = Math.max(longest, now - last);
    last = now;
    if (!isOver) setImmediate(look);
  };
  setImmediate(look);
  await task().catch((thrown: unknown) => expect(thrown).toBeInstanceOf(AgentError));
  isOver = true;
  look();
  return longest;
}

const many = (count: number, item: (place: number) => string) =>
  Array.from({ length: count }, (_, place) => item(place)).join(",");

describe("what is too much is refused", () => {
  it.each([
    [
      "values that functions make",
      `group(${many(100, (place) => `scale(m*.a,${place})`)})`,
      [],
      /5000000 values/,
    ],
    ["repeated series", `group(${many(30, () => "m*.a")})`, [], /5000000 values/],
    ["repeated names", `group(${many(1000, () => "m*.a")})`, [], /20000 series/],
    ["one series", "time('x',1)", [["from", "-3d"]], /200000 values/],
    ["a name", `alias(constantLine(1),'${"a".repeat(10_001)}')`, [], /10000 characters/],
    [
      "names for one sign",
      `applyByNode(alias(constantLine(1),'${"a".repeat(9000)}'),0,'constantLine(1)','${"%".repeat(9000)}')`,
      [],
      /more than 10000 characters/,
    ],
    [
      "columns of names",
      `cactiStyle(group(alias(constantLine(1),'${"a".repeat(9999)}'),${many(900, () => "constantLine(1)")}))`,
      [],
      /cactiStyle/,
    ],
    ["nodes", `aliasByNode(m1.a,${many(101, () => "0")})`, [], /more than 100 times/],
    [
      "rows",
      `alias(time('x',1),'${"n".repeat(9000)}')`,
      [
        ["from", "-40000s"],
        ["format", "csv"],
      ],
      /67108864 bytes/,
    ],
    [
      "lines",
      `group(${many(45, () => "m*.a")})`,
      [
        ["from", "-60s"],
        ["format", "svg"],
      ],
      /2000 series/,
    ],
    ["truth", "sortByName(constantLine(1),'constructor')", [], /true or false/],
  ] as [string, string, Params, RegExp][])("%s", async (_, target, params, reason) => {
    await expect(render(target, params)).rejects.toThrow(reason);
  });

  it("conditions and questions", async () => {
    const conditions = Array.from({ length: 21 }, (_, place): [string, string] => ["expr", `name=m${place}`]);
    await expect(query.tags.findSeries(new URLSearchParams(conditions))).rejects.toThrow(/20 conditions/);
    const queries = Array.from({ length: 101 }, (_, place): [string, string] => ["query", `m${place}`]);
    await expect(query.expand(new URLSearchParams(queries))).rejects.toThrow(/100 queries/);
  });
});

it("values that are not needed any more make room for others", async () => {
  const small = await started({ max_points: 1500 });
  const chain = `${"scale(".repeat(20)}m1.a${",1)".repeat(20)}`;
  await expect(render(chain, [["from", "-1h"]], small)).resolves.toBeDefined();
  await expect(render(`group(${many(5, () => "scale(m1.a,1)")})`, [["from", "-1h"]], small)).rejects.toThrow(
    /1500/,
  );
});

describe("nobody waits long for", () => {
  it.each([
    [
      "dashes far outside of the picture",
      'dashed(summarize(constantLine(1),"100y"),1)',
      [
        ["from", "-60s"],
        ["format", "png"],
        ["lineMode", "staircase"],
      ],
    ],
    [
      "wide lines",
      "m1.a",
      [
        ["format", "png"],
        ["lineWidth", "1e9"],
        ["width", "2000"],
        ["height", "2000"],
      ],
    ],
    ["braces", `{${many(100, (place) => `n${place}`)}}${"{a}".repeat(20_000)}`, []],
    ["windows", "movingWindow(removeBelowValue(sin('x',1,1),0),20000,'stddev')", [["from", "-2d"]]],
    [
      "orders",
      `sortBy(group(${many(20, (place) => `sin('${place}',1,1)`)}),'median')`,
      [
        ["from", "-2d"],
        ["maxDataPoints", "1"],
      ],
    ],
    ["expressions", `grep(alias(constantLine(1),'${"ab".repeat(4999)}'),'(a?b?){400}c')`, []],
    ["names with ends of lines", `substr(alias(constantLine(1),'${",".repeat(9990)}\n'))`, []],
  ] as [string, string, Params][])("%s", async (_, target, params) => {
    // An idle core does each in less than 70 ms; unmended ones took from half a second to all time there is.
    expect(await longestBlock(400, () => render(target, params))).toBeLessThan(400);
  });

  it("many at once", async () => {
    const beganMs = workedMs();
    const few = () => Array.from({ length: 40 }, () => render("scale(m*.a,2)", [["from", "-6h"]]));
    const longestMs = await longestBlock(200, () => Promise.all(few()));
    // No more than a few of them stand in one turn.
    expect(longestMs).toBeLessThan(Math.max(200, (workedMs() - beganMs) / 3));
  });
});

it("three are answered at once, some wait, and the rest are refused", async () => {
  let [running, most] = [0, 0];
  const waiting: (() => void)[] = [];
  const slow = await started(
    {},
    {
      series: () => Promise.resolve(["a"]),
      async grid(request) {
        running += 1;
        most = Math.max(most, running);
        await new Promise<void>((resolve) => waiting.push(resolve));
        running -= 1;
        return await history.grid(request);
      },
    },
  );
  const askers = ["one", "other"].map((name) => slow.askedBy(name));
  const params = new URLSearchParams({ target: "a", from: "-60s" });
  const answers = Promise.allSettled(
    askers.flatMap((asker) => Array.from({ length: 67 }, () => asker.render(params))),
  );
  let isOver = false;
  void answers.then(() => {
    isOver = true;
  });
  while (!isOver) {
    for (const go of waiting.splice(0)) go();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const refused = (await answers).flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
  expect(most).toBe(3);
  expect(refused.map(({ code }) => code)).toEqual(Array(3).fill("queue.full"));
});

describe("times before all that is kept", () => {
  it.each([
    [undefined, 365, 1800],
    [3 * 86_400_000, 3, 10],
  ])("begin with the oldest value (%s)", async (keepMs, days, stepS) => {
    const keeping = await started({}, keepMs === undefined ? history : { ...history, keepMs });
    const [series] = JSON.parse(String((await render("m1.a", [["from", "0"]], keeping)).body));
    const step = series.datapoints[1][1] - series.datapoints[0][1];
    expect(step).toBe(stepS <= 10 ? 30 : stepS);
    expect(asked.at(-1)?.fromMs).toBe(nowMs - days * 86_400_000);
  });

  it("have no series", async () => {
    expect(
      JSON.parse(
        await text("m1.a", [
          ["from", "0"],
          ["until", "100"],
        ]),
      ),
    ).toEqual([]);
  });
});

it.each([
  ["-1+2", "'-1+2"],
  ["=x", "'=x"],
  ["-1.5", "-1.5"],
  ["@x", "'@x"],
  ["\tx", "'\tx"],
])("names that a spreadsheet would compute are guarded: %j", async (name, field) => {
  const rows = await text(`alias(constantLine(1),'${name}')`, [["format", "csv"]]);
  expect(rows.startsWith(`${field},`)).toBe(true);
});
