// Contract happo §5, §12.3 and §13.4: rows C and T. Rows of the parser alone are in src/formats, of the journal in src/store.
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseMetricPlan, writeMetricPlan } from "../../../src/inputs/metric-programs/metric-plan.ts";
import { agentOfTest, type TestAgent } from "../../support/agent.ts";
import { directoryOfTest, writeScript } from "../../support/temporary.ts";

const empty = { metric_data: null, message: "" };
const ok = { status: "ok", message: "" };

/** Only metric programs and what is handed in; the host's collectors rest. */
const quiet = { collectors: { enabled: false } };

const append = (agent: TestAgent, data: unknown) =>
  agent.post("/metric/append", { apikey: "", metric_data: data });
const take = async (agent: TestAgent) =>
  (await agent.post("/metric", { apikey: "" })).json as { metric_data: unknown[] | null };

describe("/metric and /metric/append", () => {
  it.each(["", "{}", '{"apikey":""}'])("T1: nothing kept, body %j", async (body) => {
    const { post } = await agentOfTest({ inputs: quiet });
    const { status, json, headers } = await post("/metric", body);
    expect([status, json]).toEqual([200, empty]);
    expect(headers["content-type"]).toBe("application/json; charset=UTF-8");
  });

  it("T2, T3, T8, T9: what comes in goes out in order, numbers as they were, and once", async () => {
    const agent = await agentOfTest({ inputs: quiet });
    const metrics = '{"b":2,"a":1.5,"c":1e21,"d":-0.0,"e":1e-7,"f":123456789012345678}';
    const first = `{"metric_data":[{"hostname":"h1","timestamp":1444028730,"metrics":${metrics}}]}`;
    expect(await agent.post("/metric/append", first)).toMatchObject({ status: 200, json: ok });
    expect(
      await append(agent, [{ hostname: "h2", timestamp: 5, metrics: {} }, { hostname: "h3" }]),
    ).toMatchObject({ json: ok });
    const { text } = await agent.post("/metric", "");
    expect(text).toBe(
      '{"metric_data":[' +
        '{"hostname":"h1","timestamp":1444028730,"metrics":{"b":2,"a":1.5,"c":1e+21,"d":-0,"e":1e-7,"f":123456789012345680}},' +
        '{"hostname":"h2","timestamp":5,"metrics":{}},{"hostname":"h3","timestamp":0,"metrics":{}}],"message":""}',
    );
    expect(await take(agent)).toEqual(empty);
  });

  it.each([
    ["T4: a text", [{ hostname: "h", timestamp: 1, metrics: { x: "str", y: 2 } }]],
    ["T5: a time with decimals", [{ hostname: "h", timestamp: 7.5, metrics: {} }]],
    ["T6: null", [{ hostname: "h", timestamp: 1, metrics: { x: null } }]],
    ["a second entry that is wrong", [{ hostname: "h", metrics: { x: 1 } }, 5]],
    ["no list", { hostname: "h" }],
    ["a host of half a character", [{ hostname: "h\ud800", metrics: { a: 1 } }]],
    ["a time beyond all time", [{ hostname: "h", timestamp: 1e15 }]],
  ])("stores nothing of an append with %s", async (_what, data) => {
    const agent = await agentOfTest({ inputs: quiet });
    const { status, json } = await append(agent, data);
    expect([status, json]).toEqual([400, { status: "error", message: expect.stringMatching(/./) }]);
    expect(await take(agent)).toEqual(empty);
  });

  it.each(["xx", "[", '{"metric_data":[{"metrics":{"x":1e999}}]}'])("stores nothing of %j", async (body) => {
    const agent = await agentOfTest({ inputs: quiet });
    expect((await agent.post("/metric/append", body)).status).toBe(400);
    expect(await take(agent)).toEqual(empty);
  });

  it.each(["{}", '{"metric_data":null}', '{"metric_data":[]}'])(
    "has nothing to store in %s",
    async (body) => {
      const agent = await agentOfTest({ inputs: quiet });
      expect(await agent.post("/metric/append", body)).toMatchObject({ status: 200, json: ok });
      expect(await take(agent)).toEqual(empty);
    },
  );

  it("T7: takes the older key, and keys in any case", async () => {
    const agent = await agentOfTest({ inputs: quiet });
    await agent.post("/metric/append", { MetricData: [{ Hostname: "h", Timestamp: 3, Metrics: { X: 1 } }] });
    expect(await take(agent)).toEqual({
      ...empty,
      metric_data: [{ hostname: "h", timestamp: 3, metrics: { X: 1 } }],
    });
  });

  it("T10: deletes nothing for a body that is no JSON", async () => {
    const agent = await agentOfTest({ inputs: quiet });
    await append(agent, [{ hostname: "h", timestamp: 1, metrics: { x: 1 } }]);
    const { status, json } = await agent.post("/metric", "xx");
    expect([status, json]).toEqual([
      400,
      { metric_data: null, message: expect.stringContaining("not JSON") },
    ]);
    expect((await take(agent)).metric_data).toHaveLength(1);
  });

  it("T12: drops what is older than its age when something newer comes", async () => {
    const agent = await agentOfTest({ inputs: quiet, store: { journal: { max_age: "1s" } } });
    await append(agent, [{ hostname: "old" }]);
    await new Promise((resolve) => setTimeout(resolve, 2100));
    await append(agent, [{ hostname: "new" }]);
    expect(await take(agent)).toMatchObject({ metric_data: [{ hostname: "new" }] });
  });

  it("T19: /metric/status leads to /status", async () => {
    const { get, post } = await agentOfTest({ inputs: quiet });
    const { status, headers, text } = await get("/metric/status");
    expect([status, headers.location]).toEqual([301, "/status"]);
    expect(text).toContain("/status");
    expect((await post("/metric/status", "")).status).toBe(404);
  });

  it("C14, D6: /status tells what waits", async () => {
    const agent = await agentOfTest({ inputs: quiet });
    const buffer = async () =>
      ((await agent.get("/status")).json as Record<string, unknown>)["metric_buffer_status"];
    const capacity = expect.any(Number);
    expect(await buffer()).toEqual({ newest_timestamp: 0, oldest_timestamp: 0, length: 0, capacity });
    const before = Math.floor(Date.now() / 1000);
    await append(agent, [{ hostname: "h1" }, { hostname: "h2" }]);
    const status = (await buffer()) as Record<string, number>;
    expect(status["length"]).toBe(1);
    expect(status["oldest_timestamp"]).toBeGreaterThanOrEqual(before);
    expect(status["newest_timestamp"]).toBeLessThanOrEqual(Math.ceil(Date.now() / 1000));
    await take(agent);
    expect(await buffer()).toMatchObject({ length: 0, newest_timestamp: 0 });
  });

  it("a lost answer loses nothing: a reader with a name is given the same again until it acknowledges", async () => {
    const agent = await agentOfTest({ inputs: quiet });
    await append(agent, [{ hostname: "a" }]);
    type Taken = { metric_data: { hostname: string }[] | null; next: string };
    const follow = async (more: object, cursor = "manager") =>
      (await agent.post("/metric", { cursor, ...more })).json as Taken;
    const first = await follow({});
    expect(first.metric_data).toMatchObject([{ hostname: "a" }]);
    expect((await follow({})).metric_data).toMatchObject([{ hostname: "a" }]);
    await append(agent, [{ hostname: "b" }]);
    const second = await follow({ ack: first.next });
    expect(second.metric_data).toMatchObject([{ hostname: "b" }]);
    expect((await follow({ ack: second.next })).metric_data).toBeNull();
    // The reader without a name has a place of its own.
    expect((await take(agent)).metric_data).toHaveLength(2);
    expect((await follow({}, "late")).metric_data).toHaveLength(2);
  });

  it.each([
    [{ cursor: "" }, "cursor"],
    [{ cursor: "a/b" }, "cursor"],
    [{ cursor: "x", ack: "junk" }, "ack"],
    [{ cursor: "x", ack: "999.1.1" }, "ack"],
    [{ cursor: "x", ack: "0.999999999999999.0" }, "ack"],
    [{ cursor: "x", ack: "0.0.999999999999999" }, "ack"],
    [{ ack: "0.0.0" }, "ack"],
  ])("refuses %j", async (body, what) => {
    const { post } = await agentOfTest({ inputs: quiet });
    const { status, json } = await post("/metric", body);
    expect([status, json]).toEqual([400, { metric_data: null, message: expect.stringContaining(what) }]);
  });

  it("keeps every caller's readers apart: whoever names many loses his own idle ones", async () => {
    const callers = [{ name: "manager", token: "a-manager-of-some-standing", roles: ["metrics"] }];
    const agent = await agentOfTest({
      ...{ inputs: quiet, api: { allow: ["127.0.0.2"] } },
      access: { callers, anonymous: ["metrics"] },
    });
    type Taken = { metric_data: { hostname: string }[] | null; next: string };
    const manager = { headers: { authorization: "Bearer a-manager-of-some-standing" } };
    const follow = async (cursor: string, ask = {}) =>
      (await agent.post("/metric", { cursor }, ask)).json as Taken;
    await follow("mine", manager);
    await follow("mine", { from: "127.0.0.2" });
    await append(agent, [{ hostname: "a" }]);
    for (let number = 0; number < 40; number += 1)
      expect((await agent.post("/metric", { cursor: `r${number}` })).status).toBe(200);
    expect((await follow("mine", manager)).metric_data).toMatchObject([{ hostname: "a" }]);
    expect((await follow("mine", { from: "127.0.0.2" })).metric_data).toMatchObject([{ hostname: "a" }]);
  });
});

/** The programs of the recordings (contract happo §13.4, T13). */
function writeMetricPrograms(directory: string): void {
  const lines = (...text: string[]) => text.map((line) => `printf '${line}\\n'`).join("\n");
  writeScript(
    directory,
    "tabs",
    lines("a.one\\t1\\t1700000000", "a.one\\t7000\\t1700000009", "a.two\\t2\\t1700000003", "# remark"),
  );
  writeScript(directory, "blanks", lines("b.one 1 1700000000", "b.two   2   1700000001"));
  writeScript(directory, "failing", `${lines("c.one\\t1\\t1700000000")}; exit 1`);
  writeScript(
    directory,
    "args",
    `number=1; for word; do printf 'arg%s.%s\\t%s\\t1700000000\\n' $number "$(echo "$word" | tr ' ' _)" $number; number=$((number+1)); done`,
  );
  writeScript(directory, "slow", `${lines("e.one\\t1\\t1700000000")}; printf 'e.half\\t1\\t17'; sleep 30`);
  writeScript(directory, "cut", `printf 'h.one\\t1\\t1700000000\\nh.two\\t2'`);
  writeScript(
    directory,
    "bad",
    lines(
      "f.bad\\tfoo\\t1",
      "f.time\\t1\\t1700000001.5",
      "f.hex\\t0x10\\t5",
      "f.nan\\tNaN\\t5",
      "f.inf\\t+Inf\\t5",
      "f.good\\t3\\t1700000000",
    ),
  );
  writeScript(directory, "binary", "head -c 100000 /dev/urandom; printf '\\ni.one\\t1\\t1700000000\\n'");
  writeScript(directory, "huge", "yes \"$(printf 'j.x\\t1\\t1700000000')\" | head -c 100000000");
  writeScript(directory, "milliseconds", lines("k.one\\t1\\t1700000000000", "k.two\\t2\\t0"));
  writeScript(
    directory,
    "noisy",
    `head -c 3000000 /dev/zero >&2; ${lines("l.one\\t1\\t1700000000", "l.two\\t2\\t1700000000")}`,
  );
  writeScript(directory, "silent", "exit 0");
}

interface Collecting {
  readonly plan: readonly {
    hostname: string;
    plugins: readonly { plugin_name: string; plugin_option?: string; format?: string }[];
  }[];
  readonly programs?: Record<string, unknown>;
}

/** An agent that was given the plan, and the entries of the collection that follows. */
async function collect({
  plan,
  programs = {},
}: Collecting): Promise<{ agent: TestAgent; entries: unknown[] }> {
  const directory = directoryOfTest();
  writeMetricPrograms(directory);
  const file = join(directory, "metrics.yaml");
  const agent = await agentOfTest({
    inputs: { ...quiet, metric_programs: { file, every: "1h" } },
    programs: { metric_paths: [directory], deadline: "1s", ...programs },
  });
  // A new plan is collected at once, and the socket's owner may give one.
  const { socketPath } = agent;
  await agent.post("/metric/config/update", { config: { metrics: plan } }, { socketPath });
  let entries: unknown[] | null = null;
  for (const until = Date.now() + 8000; entries === null && Date.now() < until; ) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    entries = (await take(agent)).metric_data;
  }
  return { agent, entries: entries ?? [] };
}

const planOf = (hostname: string, ...names: string[]) => ({
  hostname,
  plugins: names.map((plugin_name) => ({ plugin_name, plugin_option: "" })),
});

describe("metric programs", () => {
  it("T13: all of them, each with its host, whatever the others do", async () => {
    const option = "-w 'x y' $((1+1)) | head -5";
    const plan = [
      planOf("hostA", "tabs", "blanks", "failing", "missing", "silent"),
      { hostname: "hostB", plugins: [{ plugin_name: "args", plugin_option: option }] },
      planOf("hostB", "slow", "cut"),
    ];
    const { entries } = await collect({ plan, programs: { shell: true } });
    expect(entries).toEqual([
      { hostname: "hostA", timestamp: 1_700_000_009, metrics: { "a.one": 7000, "a.two": 2 } },
      { hostname: "hostA", timestamp: 1_700_000_001, metrics: { "b.one": 1, "b.two": 2 } },
      { hostname: "hostB", timestamp: 1_700_000_000, metrics: { "arg1.-w": 1, "arg2.x_y": 2, "arg3.2": 3 } },
      { hostname: "hostB", timestamp: 1_700_000_000, metrics: { "e.one": 1 } },
      { hostname: "hostB", timestamp: 1_700_000_000, metrics: { "h.one": 1 } },
    ]);
  });

  it("T14, T16: a bad line costs only itself, and the agent lives", async () => {
    const { agent, entries } = await collect({
      plan: [planOf("h", "bad", "binary", "huge", "milliseconds")],
    });
    expect(entries).toEqual([
      { hostname: "h", timestamp: 1_700_000_000, metrics: { "f.good": 3 } },
      { hostname: "h", timestamp: 1_700_000_000, metrics: expect.objectContaining({ "i.one": 1 }) },
      { hostname: "h", timestamp: 1_700_000_000, metrics: { "j.x": 1 } },
      { hostname: "h", timestamp: 1_700_000_000_000, metrics: { "k.one": 1, "k.two": 2 } },
    ]);
    expect((await agent.get("/")).status).toBe(200);
  });

  it("uses all that was printed when it was standard error that was too long", async () => {
    const { entries } = await collect({ plan: [planOf("h", "noisy")] });
    expect(entries).toMatchObject([{ metrics: { "l.one": 1, "l.two": 2 } }]);
  });

  it("runs the same program for two hosts, and twice for one", async () => {
    const { entries } = await collect({ plan: [planOf("h1", "cut", "cut"), planOf("h2", "cut")] });
    expect(entries).toMatchObject([{ hostname: "h1" }, { hostname: "h1" }, { hostname: "h2" }]);
  });

  it("reads performance data and Prometheus' format where the plan says so", async () => {
    const directory = directoryOfTest();
    writeScript(directory, "perf", "echo \"WARNING | time=0.5s;1;2 '/var log'=80%\"; exit 1");
    writeScript(directory, "prom", "printf '# TYPE up gauge\\nup{job=\"a\"} 1\\nbad line\\nnan NaN\\n'");
    const plugins = [
      { plugin_name: "perf", format: "nagios" },
      { plugin_name: "prom", format: "prometheus" },
    ];
    const { entries } = await collect({
      plan: [{ hostname: "h", plugins }],
      programs: { metric_paths: [directory] },
    });
    expect(entries).toMatchObject([
      { metrics: { "perf.time;unit=s": 0.5, "perf./var log;unit=%": 80 } },
      { metrics: { "up;job=a": 1 } },
    ]);
  });

  it.each([
    ["missing", undefined],
    ["broken", "metrics: [\n"],
    ["something else", "processor\t: 0\nmodel name\t: x\n"],
  ])("T15: runs on when the plan is %s, and takes it up when it is good again", async (_what, text) => {
    const directory = directoryOfTest();
    writeMetricPrograms(directory);
    const file = join(directory, "plan.yaml");
    if (text !== undefined) writeFileSync(file, text);
    const agent = await agentOfTest({
      inputs: { ...quiet, metric_programs: { file, every: "100ms" } },
      programs: { metric_paths: [directory] },
    });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await take(agent)).toEqual(empty);
    writeFileSync(file, "metrics:\n- hostname: h\n  plugins:\n  - plugin_name: cut\n");
    await expect.poll(async () => (await take(agent)).metric_data, { timeout: 5000 }).not.toBeNull();
  });

  it("C6, C7: reads plans leniently, and writes them so that they are read the same", () => {
    expect(parseMetricPlan(readFileSync("/proc/cpuinfo", "utf8").slice(0, 500))).toEqual([]);
    for (const text of ["", "metrics: []", "metrics: 5", "other: 1", "metrics: [5, {plugins: 7}]"])
      expect(parseMetricPlan(text).flatMap(({ programs }) => programs)).toEqual([]);
    const written = parseMetricPlan(
      "metrics: [{hostname: 10.10, plugins: [{plugin_name: 007, plugin_option: ~}]}]",
    );
    expect(written).toEqual([
      { hostname: "10.10", programs: [{ name: "007", option: "", format: "sensu" }] },
    ]);
    const plan = parseMetricPlan(
      "metrics: [{hostname: 5, plugins: [{plugin_name: 7}, {plugin_name: a, plugin_option: '-x: #'}]}]",
    );
    expect(plan).toEqual([
      {
        hostname: "5",
        programs: [
          { name: "7", option: "", format: "sensu" },
          { name: "a", option: "-x: #", format: "sensu" },
        ],
      },
    ]);
    expect(parseMetricPlan(writeMetricPlan(plan))).toEqual(plan);
  });
});

describe("/metric/config/update", () => {
  const anonymous = ["read", "check", "inventory", "metrics", "operate"];
  const agentWith = async (file: string, metricPaths: string[] = []) =>
    await agentOfTest({
      access: { anonymous },
      inputs: { ...quiet, metric_programs: { file, every: "1h" } },
      ...(metricPaths.length === 0 ? {} : { programs: { metric_paths: metricPaths } }),
    });

  it.each([
    ["lower case", { metrics: [{ hostname: "h", plugins: [{ plugin_name: "p", plugin_option: "-a" }] }] }],
    ["Go's own", { Metrics: [{ Hostname: "h", Plugins: [{ Plugin_Name: "p", Plugin_Option: "-a" }] }] }],
  ])("T17: keys in %s", async (_what, config) => {
    const file = join(directoryOfTest(), "metrics.yaml");
    const { post } = await agentWith(file);
    expect(await post("/metric/config/update", { apikey: "", config })).toMatchObject({
      status: 200,
      json: { status: "OK", message: "" },
    });
    expect(readFileSync(file, "utf8")).toBe(
      "metrics:\n  - hostname: h\n    plugins:\n      - plugin_name: p\n        plugin_option: -a\n",
    );
    expect(statSync(file).mode & 0o777).toBe(0o644);
  });

  it("counts at once, and keeps the file's mode", async () => {
    const directory = directoryOfTest();
    writeMetricPrograms(directory);
    const file = join(directory, "metrics.yaml");
    writeFileSync(file, "metrics: []\n", { mode: 0o600 });
    const agent = await agentWith(file, [directory]);
    await agent.post("/metric/config/update", { config: { metrics: [planOf("h", "cut")] } });
    await expect.poll(async () => (await take(agent)).metric_data, { timeout: 5000 }).toHaveLength(1);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it("counts at once also while the plan of before is being collected", async () => {
    const directory = directoryOfTest();
    writeMetricPrograms(directory);
    const agent = await agentWith(join(directory, "metrics.yaml"), [directory]);
    writeScript(directory, "patient", "sleep 1; printf 'm.one\\t1\\t1700000000\\n'");
    for (const name of ["patient", "cut"])
      await agent.post("/metric/config/update", { config: { metrics: [planOf(name, name)] } });
    const hosts: string[] = [];
    const taken = async () => {
      for (const entry of (await take(agent)).metric_data ?? [])
        hosts.push((entry as { hostname: string }).hostname);
      return hosts;
    };
    await expect.poll(taken, { timeout: 8000 }).toEqual(["patient", "cut"]);
  });

  it.each([
    ["T18: no JSON", "{"],
    ["T18: no config", "{}"],
    ["null", '{"config":null}'],
    ["a name that is none", '{"config":{"metrics":[{"hostname":"h","plugins":[{"plugin_name":"../x"}]}]}}'],
    ["a program without a name", '{"config":{"metrics":[{"hostname":"h","plugins":[{}]}]}}'],
    ["an unknown format", '{"config":{"metrics":[{"plugins":[{"plugin_name":"x","format":"y"}]}]}}'],
  ])("leaves the file as it is for %s", async (_what, body) => {
    const file = join(directoryOfTest(), "metrics.yaml");
    writeFileSync(file, "as it was");
    const { post } = await agentWith(file);
    const { status, json } = await post("/metric/config/update", body);
    expect([status, json]).toEqual([400, { status: "NG", message: expect.stringMatching(/./) }]);
    expect(readFileSync(file, "utf8")).toBe("as it was");
  });

  it("clears the plan with an empty list", async () => {
    const file = join(directoryOfTest(), "metrics.yaml");
    writeFileSync(file, "metrics: [{hostname: h, plugins: [{plugin_name: x}]}]");
    const { post } = await agentWith(file);
    expect((await post("/metric/config/update", { config: { metrics: [] } })).json).toMatchObject({
      status: "OK",
    });
    expect(parseMetricPlan(readFileSync(file, "utf8"))).toEqual([]);
  });

  it("keeps one of two plans that come at once", async () => {
    const file = join(directoryOfTest(), "metrics.yaml");
    const { post } = await agentWith(file);
    const long = planOf("long", ...Array.from({ length: 50 }, (_, number) => `p${number}`));
    for (let round = 0; round < 10; round += 1) {
      const replies = await Promise.all(
        [[long], [planOf("short", "q")]].map((metrics) =>
          post("/metric/config/update", { config: { metrics } }),
        ),
      );
      expect(replies.map(({ json }) => json)).toEqual([
        { status: "OK", message: "" },
        { status: "OK", message: "" },
      ]);
      expect(parseMetricPlan(readFileSync(file, "utf8"))).toHaveLength(1);
    }
  });

  it("answers NG when the file cannot be written", async () => {
    const { post } = await agentWith(join(directoryOfTest(), "no-such-folder", "metrics.yaml"));
    const { status, json } = await post("/metric/config/update", { config: { metrics: [] } });
    expect([status, json]).toEqual([200, { status: "NG", message: expect.stringContaining("cannot write") }]);
  });

  it("is not for hosts that are only allowed, directly or one hop further", async () => {
    const file = join(directoryOfTest(), "metrics.yaml");
    const edge = await agentOfTest({ inputs: { ...quiet, metric_programs: { file } } });
    expect((await edge.post("/metric/config/update", { config: { metrics: [] } })).status).toBe(403);
    const bastion = await agentOfTest({ inputs: quiet });
    const hop = (request_type: string, request_json: string) =>
      bastion.post("/proxy", { proxy_hostport: [`127.0.0.1:${edge.port}`], request_type, request_json });
    expect((await hop("metric/config/update", '{"config":{"metrics":[]}}')).status).toBe(403);
    expect((await hop("metric/append", '{"metric_data":[{"hostname":"x"}]}')).status).toBe(200);
    expect((await hop("metric", "{}")).json).toMatchObject({ metric_data: [{ hostname: "x" }] });
  });
});
