// Contract happo §13.5, §12.5 and §7: rows U, and the request counter's own table.
import { describe, expect, it } from "vitest";
import { RequestCounts } from "../../../src/api/request-counts.ts";
import { agentOfTest, type TestAgent } from "../../support/agent.ts";
import { writeHappoPrograms } from "../../support/happo-programs.ts";
import { directoryOfTest, writeScript } from "../../support/temporary.ts";

describe("/status", () => {
  it("U1: the fields of the original, and those of its older README", async () => {
    const { get } = await agentOfTest();
    const { status, json } = await get("/status");
    expect(status).toBe(200);
    expect(json).toMatchObject({
      app_version: "0.0.0-test",
      uptime_seconds: 0,
      num_goroutine: expect.any(Number),
      metric_buffer_status: {
        newest_timestamp: 0,
        oldest_timestamp: 0,
        length: 0,
        capacity: expect.any(Number),
      },
      callers: expect.any(Array),
      leveldb_properties: expect.any(Object),
      disable_collect_metrics: expect.any(Boolean),
    });
  });

  it("U2: memory by Go's names", async () => {
    const { get } = await agentOfTest();
    const { json } = await get("/status/memory");
    const memory = json as Record<string, number>;
    expect(memory["Sys"]).toBeGreaterThan(1e7);
    expect(memory["HeapIdle"]).toBe((memory["HeapSys"] ?? 0) - (memory["HeapInuse"] ?? 0));
    for (const name of [
      "Alloc",
      "TotalAlloc",
      "Lookups",
      "Mallocs",
      "NumGC",
      "PauseNs",
      "BySize",
      "rss",
      "external",
    ]) {
      expect(memory).toHaveProperty(name);
    }
  });

  it("U3: /status/request is not there unless it is asked for", async () => {
    const { get } = await agentOfTest();
    expect((await get("/status/request")).status).toBe(404);
  });

  it("U4: answers by URL and status; ACL refusals count too (proposed), itself only from the next call on", async () => {
    const { get } = await agentOfTest({ api: { request_counts: true } });
    for (let count = 0; count < 3; count += 1) await get("/");
    await get("/debug/pprof/");
    await get("/?a=1", { from: "127.0.0.2" });
    const expected = [
      { url: "/", counts: { 200: 3 } },
      { url: "/debug/pprof/", counts: { 404: 1 } },
      { url: "/?a=1", counts: { 403: 1 } },
    ];
    expect((await get("/status/request")).json).toEqual({ last1: expected, last5: expected });
    const next = (await get("/status/request")).json as { last1: unknown[] };
    expect(next.last1).toContainEqual({ url: "/status/request", counts: { 200: 1 } });
  });
});

describe("the request counter (contract happo §12.5)", () => {
  const base = 1_600_000_000;

  it("has nothing at first", () => {
    expect(new RequestCounts().answer(base)).toEqual({ last1: null, last5: null });
  });

  it("looks back sixty and three hundred seconds, both ends included", () => {
    const counts = new RequestCounts();
    counts.count("/", 200, base);
    const first = [{ url: "/", counts: { 200: 1 } }];
    expect(counts.answer(base)).toEqual({ last1: first, last5: first });
    for (const status of [200, 200, 403]) counts.count("/", status, base + 30);
    for (const status of [403, 200]) counts.count("/proxy", status, base + 30);
    const all = [
      { url: "/", counts: { 200: 3, 403: 1 } },
      { url: "/proxy", counts: { 200: 1, 403: 1 } },
    ];
    expect(counts.answer(base + 30)).toEqual({ last1: all, last5: all });
    expect(counts.answer(base + 300)).toEqual({ last1: null, last5: all });
    expect(counts.answer(base + 360)).toEqual({ last1: null, last5: null });
    counts.count("/", 200, base + 60);
    counts.count("/", 200, base + 330);
    const late = { last1: [{ url: "/", counts: { 200: 1 } }], last5: [{ url: "/", counts: { 200: 2 } }] };
    expect(counts.answer(base + 360)).toEqual(late);
    counts.expire(base + 360);
    expect(counts.answer(base + 360)).toEqual(late);
    expect(counts.answer(base + 60)).toEqual({ last1: late.last5, last5: late.last5 });
  });

  it("tells apart only so many URLs", () => {
    const counts = new RequestCounts();
    for (let at = 0; at < 3000; at += 1) counts.count(`/?${at}`, 200, base);
    expect(counts.answer(base).last1).toHaveLength(1001);
  });
});

describe("/machine-state", () => {
  async function failingAgent(settings = {}): Promise<TestAgent> {
    const directory = directoryOfTest();
    writeHappoPrograms(directory);
    const commands = [["uptime"], ["false"], ["printf", "%s", "a b"]];
    const machine_state = { every: "0s", commands, ...settings };
    return await agentOfTest({ programs: { paths: [directory] }, checks: { machine_state } });
  }

  const fail = (agent: TestAgent) =>
    agent.post("/monitor", { plugin_name: "monitor_test_plugin", plugin_option: "2" });

  async function keysOf(agent: TestAgent, wanted: number): Promise<string[]> {
    for (let tries = 0; tries < 200; tries += 1) {
      const { keys } = (await agent.get("/machine-state")).json as { keys: string[] };
      if (keys.length >= wanted) return keys;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error("no snapshot came");
  }

  it("U5, U6: nothing is there at first, and nothing is made by asking", async () => {
    const agent = await failingAgent();
    const none = await agent.get("/machine-state");
    expect({ status: none.status, json: none.json }).toEqual({ status: 404, json: { keys: [] } });
    const missing = await agent.get("/machine-state/s-1");
    expect(missing.status).toBe(404);
    expect(missing.json).toEqual({ error: expect.stringMatching(/./) });
  });

  it("U5, U7: a failed check leaves a snapshot of the commands that succeed", async () => {
    const agent = await failingAgent();
    await agent.post("/monitor", { plugin_name: "silent" });
    expect((await agent.get("/machine-state")).status).toBe(404);
    await fail(agent);
    const [key = ""] = await keysOf(agent, 1);
    expect(key).toMatch(/^s-\d{10}$/);
    const { status, json } = await agent.get(`/machine-state/${key}`);
    const { machineState } = json as { machineState: string };
    expect(status).toBe(200);
    const stamp = "\\(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(Z|[+-]\\d\\d:\\d\\d)\\)";
    const text = `^\\*{10} uptime  ${stamp} \\*{10}\\n.*load average.*\\n\\n\\n\\*{10} printf %s a b ${stamp} \\*{10}\\na b\\n\\n$`;
    expect(machineState).toMatch(new RegExp(text));
  });

  it("U8 (proposed): only keys of snapshots are looked at", async () => {
    const agent = await failingAgent();
    await fail(agent);
    await keysOf(agent, 1);
    for (const key of ["ag-x", "m-1600000000", "s-x", "s-1;", "s-%00"]) {
      expect((await agent.get(`/machine-state/${key}`)).status).toBe(404);
    }
  });

  it("takes none while the interval runs, and none when it is off", async () => {
    const agent = await failingAgent({ every: "1h" });
    for (let count = 0; count < 5; count += 1) await fail(agent);
    expect(await keysOf(agent, 1)).toHaveLength(1);
    const off = await failingAgent({ every: "off" });
    await fail(off);
    expect((await off.get("/machine-state")).status).toBe(404);
  });

  it("does not make the check wait", async () => {
    const directory = directoryOfTest();
    writeScript(directory, "fails", "exit 2");
    const machine_state = { every: "0s", commands: [["sleep", "60"]] };
    const agent = await agentOfTest({ programs: { paths: [directory] }, checks: { machine_state } });
    const began = performance.now();
    await agent.post("/monitor", { plugin_name: "fails" });
    expect(performance.now() - began).toBeLessThan(20_000);
  });
});
