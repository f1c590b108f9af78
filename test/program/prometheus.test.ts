// Prometheus itself: it scrapes the agent and answers a query, and its checker has nothing to say.
import { spawn, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { agentOfTest, type TestAgent } from "../support/agent.ts";
import { freePort } from "../support/program.ts";
import { directoryOfTest } from "../support/temporary.ts";

/** Names as metric programs have them, and names that are trouble. */
const foreign = {
  "web1.cpu.user": 12.5,
  "1000.usr.local.bin": 1,
  "disk./var log.used_kb": 5,
  "http.requests.total": 7,
  "http.requests.count": 8,
  camelCaseName: 9,
  "time.ms": 3,
  "a.s": 1,
  "yagura.own": 2,
  'quote"back\\slash': 4,
};

async function measuringAgent(): Promise<TestAgent> {
  const agent = await agentOfTest({ inputs: { collectors: { enabled: true, every: "1s" } } });
  await agent.post("/metric/append", {
    metric_data: [{ hostname: 'w"1\\', timestamp: 1_700_000_000, metrics: foreign }],
  });
  const pending = async () => {
    const collectors = Object.values(
      (await agent.get("/collectors")).json as Record<string, { state: string }>,
    );
    return collectors.filter(({ state }) => state === "PENDING" || state === "RUNNING").length;
  };
  await expect.poll(pending, { timeout: 20_000, interval: 200 }).toBe(0);
  return agent;
}

it("promtool finds nothing to complain about", async () => {
  const agent = await measuringAgent();
  const { text, headers } = await agent.get("/metrics");
  expect(headers["content-type"]).toBe("text/plain; version=0.0.4; charset=utf-8");
  const checked = spawnSync("promtool", ["check", "metrics"], { input: text });
  expect([checked.status, checked.stdout.toString(), checked.stderr.toString()]).toEqual([0, "", ""]);
  for (const name of [
    "yagura_memory_memtotal_bytes",
    "yagura_cpustats_idle_percent",
    "yagura_journal_written_total",
  ])
    expect(text).toContain(`\n${name}`);
});

it("prometheus scrapes it, and answers a query", async () => {
  const agent = await measuringAgent();
  const directory = directoryOfTest();
  const port = await freePort();
  writeFileSync(
    join(directory, "prometheus.yml"),
    `global: { scrape_interval: 1s, scrape_timeout: 1s }
scrape_configs:
  - job_name: yagura
    scheme: https
    tls_config: { insecure_skip_verify: true }
    static_configs: [{ targets: ["127.0.0.1:${agent.port}"] }]
`,
  );
  const args = [
    "--config.file=prometheus.yml",
    `--web.listen-address=127.0.0.1:${port}`,
    "--storage.tsdb.path=data",
  ];
  const prometheus = spawn("prometheus", args, { cwd: directory, stdio: "ignore" });
  const gone = new Promise((resolve) => prometheus.once("exit", resolve));
  onTestFinished(async () => {
    prometheus.kill("SIGKILL");
    await gone;
  });
  const value = (query: string) =>
    ask(port, `/api/v1/query?query=${encodeURIComponent(query)}`).then(
      ({ data }) => data?.result[0]?.value[1],
    );
  await expect.poll(() => value('up{job="yagura"}'), { timeout: 20_000, interval: 250 }).toBe("1");
  await expect.poll(() => value("yagura_memory_memtotal_bytes > 1e8"), { timeout: 10_000 }).toMatch(/^\d+$/);
  expect(await value('web1_cpu_user{host="w\\"1\\\\"}')).toBe("12.5");
  expect(await value("count(yagura_kernelstats_nr_free_pages)")).toBe("1");
});

interface Answer {
  readonly data?: { readonly result: readonly { readonly value: readonly [number, string] }[] };
}

/** An empty answer while Prometheus is not there yet. */
function ask(port: number, path: string): Promise<Answer> {
  return new Promise((resolve) => {
    const asked = request({ host: "127.0.0.1", port, path, agent: false }, (answer) => {
      let text = "";
      answer.on("data", (chunk: Buffer) => {
        text += chunk.toString();
      });
      answer.on("end", () => resolve(answer.statusCode === 200 ? (JSON.parse(text) as Answer) : {}));
    });
    asked.on("error", () => resolve({}));
    asked.end();
  });
}
