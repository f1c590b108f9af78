// Collectors, history and /metrics through the API, and the commands that show them, over a real agent.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestAgent, type TestAgent } from "../support/agent.ts";
import { run } from "../support/cli.ts";

let agent: TestAgent;

beforeAll(async () => {
  agent = await startTestAgent({
    inputs: { collectors: { enabled: true, every: "1s", openports: { enabled: false } } },
    store: { history: { resolutions: ["1s:1h", "1m:1d"] } },
  });
  const settled = async () => {
    const all = Object.values((await agent.get("/collectors")).json as Record<string, { state: string }>);
    return all.every(({ state }) => state !== "PENDING");
  };
  for (const until = Date.now() + 25_000; !(await settled()) && Date.now() < until; )
    await new Promise((resolve) => setTimeout(resolve, 200));
  // Long enough for a rate, and for two points in the history.
  await new Promise((resolve) => setTimeout(resolve, 2500));
}, 40_000);
afterAll(() => agent.release());

const yagura = (...argv: string[]) => run(argv, { environment: { YAGURA_HOME: agent.home } });

interface Answered {
  readonly state: string;
  readonly active: boolean;
  readonly results: Record<string, Record<string, unknown>> | null;
  readonly last_check: number;
  readonly next_check: number;
}

describe("/collectors", () => {
  it("tells what every collector found, with both spellings of cpustats", async () => {
    const { json } = await agent.get("/collectors");
    const all = json as Record<string, Answered>;
    const { cpustats, memory, openports } = all;
    expect(memory).toMatchObject({ state: "OK", active: true, results: { memtotal: expect.any(Number) } });
    const both = cpustats?.results;
    expect(both?.["cpuall"]?.["%usr"]).toEqual(both?.["cpu_all"]?.["%usr"]);
    for (const key of ["%user", "%usr", "%idle"])
      expect(both?.["cpu_all"]?.[key]).toEqual(expect.any(Number));
    expect(openports).toMatchObject({ state: "DISABLED", active: false, results: null, next_check: 0 });
    expect(Math.abs((memory?.last_check ?? 0) - Date.now() / 1000)).toBeLessThan(10);
  });

  it("gives one by its name, and its changes of state", async () => {
    expect((await agent.get("/collectors/loadaverage")).json).toMatchObject({
      name: "loadaverage",
      state: "OK",
    });
    expect((await agent.get("/collectors/nothing")).status).toBe(404);
    const history = (await agent.get("/agent/collectors/history")).json as {
      date: number;
      entries: object[];
    }[];
    const entries = history.flatMap((one) => one.entries);
    expect(entries).toContainEqual({ name: "loadaverage", old_state: "PENDING", state: "OK", log: "" });
    expect(history.map(({ date }) => date)).toEqual([...history.map(({ date }) => date)].sort());
  });
});

describe("/history and /series", () => {
  it("keeps each number, and gives it back by key and by dotted name", async () => {
    const { series } = (await agent.get("/series?prefix=cpustats.")).json as { series: string[] };
    expect(series).toContain("cpustats.%idle;cpu=cpu_all");
    for (const name of ["cpustats.%idle;cpu=cpu_all", "cpustats.cpu_all.%idle"]) {
      const { json } = await agent.get(`/history?series=${encodeURIComponent(name)}&from=-10m`);
      const { points, aggregate } = json as { points: [number, number][]; aggregate: string };
      expect(aggregate).toBe("avg");
      expect(points.length).toBeGreaterThanOrEqual(1);
      for (const [time, value] of points) {
        expect(Math.abs(time - Date.now() / 1000)).toBeLessThan(120);
        expect(value).toBeGreaterThanOrEqual(0);
      }
    }
  });

  it("keeps what was handed in, for its own host", async () => {
    const timestamp = Math.floor(Date.now() / 1000) - 20;
    const metrics = (value: number) => ({
      hostname: "web1",
      timestamp: timestamp + value,
      metrics: { "app.size": value },
    });
    await agent.post("/metric/append", { metric_data: [metrics(1), metrics(2), metrics(3)] });
    const ask = async (more: string) =>
      (await agent.get(`/history?series=${encodeURIComponent("app.size;host=web1")}&from=-60s${more}`))
        .json as {
        points: [number, number][];
      };
    expect((await ask("&step=1s")).points).toEqual([1, 2, 3].map((value) => [timestamp + value, value]));
    const sums = (await ask("&step=1m&aggregate=sum")).points;
    expect(sums.reduce((sum, [, value]) => sum + value, 0)).toBe(6);
  });

  it.each([
    ["", "series"],
    ["?series=x&from=yesterday", "from"],
    ["?series=x&step=soon", "step"],
    ["?series=x&aggregate=median", "aggregate"],
    ["?series=x&from=0&step=1s", "points"],
  ])("refuses %j", async (query, what) => {
    const { status, json } = await agent.get(`/history${query}`);
    expect([status, json]).toEqual([400, { error: expect.stringContaining(what) }]);
  });
});

describe("/metrics", () => {
  it("shows base units, tags as labels, help for each, and every line once", async () => {
    const { text } = await agent.get("/metrics");
    expect(text).toMatch(/^yagura_cpustats_idle_percent\{cpu="cpu_all"\} [\d.]+$/m);
    expect(text).toMatch(/^# HELP yagura_cpustats_idle_percent \S.+$/m);
    const total = Number(/^yagura_memory_memtotal_bytes (\d+)$/m.exec(text)?.[1]);
    const { json } = await agent.get("/collectors/memory");
    expect(total).toBe(((json as Answered).results?.["memtotal"] as unknown as number) * 1024);
    const names = text
      .split("\n")
      .filter((line) => !line.startsWith("#"))
      .map((line) => line.replace(/ [^ ]+$/, ""));
    expect(new Set(names).size).toBe(names.length);
  });

  it("speaks OpenMetrics to those who ask for it", async () => {
    const { text, headers } = await agent.get("/metrics", {
      headers: { accept: "application/openmetrics-text;version=1.0.0,text/plain;q=0.5" },
    });
    expect(headers["content-type"]).toContain("application/openmetrics-text");
    expect(text.endsWith("# EOF\n")).toBe(true);
    expect(text).toContain("# TYPE yagura_programs_started counter\n");
  });
});

describe("the commands", () => {
  it("collectors list: names to the fifteenth column, then whether they find something", async () => {
    const { stdout, exit } = await yagura("collectors", "list");
    expect(exit).toBe(0);
    expect(stdout).toMatch(/^memory {9}: enabled$/m);
    expect(stdout).toMatch(/^openports {6}: disabled$/m);
    const list = JSON.parse((await yagura("collectors", "list", "--json")).stdout) as object[];
    expect(list).toContainEqual({ name: "memory", enabled: true });
  });

  it("collectors state and show", async () => {
    expect((await yagura("collectors", "state")).stdout).toMatch(/^memory +OK +\d+ +[\d.]+ ms$/m);
    const states = JSON.parse((await yagura("collectors", "state", "--json")).stdout) as Record<
      string,
      Answered
    >;
    expect(states["memory"]).toMatchObject({ state: "OK", last_check: expect.any(Number) });
    const shown = JSON.parse((await yagura("collectors", "show", "memory", "--json")).stdout);
    expect(shown).toEqual({
      memory: { state: "OK", log: "", results: expect.objectContaining({ memfree: expect.any(Number) }) },
    });
    expect((await yagura("collectors", "show", "memory")).stdout).toMatch(/^ +memtotal +\d+$/m);
    expect(await yagura("collectors", "show", "nothing")).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining("memory"),
    });
  });

  it("collectors watch: the host on one page, once where there is no terminal", async () => {
    const { stdout, exit } = await yagura("collectors", "watch");
    expect(exit).toBe(0);
    expect(stdout).toMatch(/^memory used +[\d.]+ % of [\d.]+ GiB +[▁-█]$/m);
    expect(stdout).toMatch(/^cpu busy +[\d.]+ %/m);
    expect(stdout).not.toContain("\u001b");
  });

  it("history: draws a series, lists them, and says when there is none", async () => {
    const { stdout, exit } = await yagura("history", "memory.phys_used", "--last", "10m");
    expect(exit).toBe(0);
    expect(stdout).toMatch(/^memory\.phys_used$/m);
    expect(stdout).toMatch(/[\u2800-\u28ff]/);
    expect(stdout).toMatch(/^last [\d.]+ {3}min [\d.]+ {3}max [\d.]+ {3}avg of each \d+ s$/m);
    expect((await yagura("history")).stdout).toMatch(/^memory\.memtotal$/m);
    const json = JSON.parse((await yagura("history", "memory.phys_used", "--json")).stdout) as {
      points: unknown[];
    };
    expect(json.points.length).toBeGreaterThan(0);
    expect(await yagura("history", "no.such.series")).toMatchObject({ exit: 1, stdout: "" });
    expect((await yagura("history", "x", "--last", "soon")).exit).toBe(2);
  });
});
