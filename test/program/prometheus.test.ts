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
  "室温.居間": 21,
  "湿度.居間": 51,
  "売上.店": 1001,
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

it("promtool reads every line, and finds nothing to complain about in our own names", async () => {
  const agent = await measuringAgent();
  const { text, headers } = await agent.get("/metrics");
  expect(headers["content-type"]).toBe("text/plain; version=0.0.4; charset=utf-8");
  const check = (input: string) => {
    const checked = spawnSync("promtool", ["check", "metrics"], { input });
    return { status: checked.status, said: checked.stderr.toString().trim().split("\n") };
  };
  const lines = text.split("\n");
  const own = lines.filter((line) => /^(# \w+ )?yagura_/.test(line));
  expect(check(`${own.join("\n")}\n`)).toEqual({ status: 0, said: [""] });
  // 3: it can all be read, and there is advice, which is for those who chose the names.
  const { status, said } = check(text);
  expect([0, 3]).toContain(status);
  for (const advice of said) expect(advice).not.toMatch(/^yagura_|error/);
  for (const name of [
    "yagura_memory_memtotal_bytes",
    "yagura_cpustats_idle_percent",
    "yagura_journal_written_total",
    "http__requests__total",
    "U__yagura_2e_own",
  ])
    expect(text).toContain(`\n${name}`);
  expect(text).toContain("\nyagura_exposition_refused_total 0\n");
});

it("shows names in UTF-8 to those who ask for it", async () => {
  const agent = await agentOfTest();
  await agent.post("/metric/append", {
    metric_data: [{ hostname: "w", timestamp: 1_700_000_000, metrics: { "室温.居間": 1, "湿度.居間": 2 } }],
  });
  const accept =
    "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6," +
    "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2";
  const { text, headers } = await agent.get("/metrics", { headers: { accept } });
  expect(headers["content-type"]).toBe(
    "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=allow-utf-8",
  );
  expect(text).toContain('\n# TYPE "室温.居間" unknown\n{"室温.居間",host="w"} 1\n');
  expect(text).toContain('\n{"湿度.居間",host="w"} 2\n');
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
  expect(await value('web1__cpu__user{host="w\\"1\\\\"}')).toBe("12.5");
  expect(await value("U___5ba4__6e29__2e__5c45__9593_")).toBe("21");
  expect(await value("U___6e7f__5ea6__2e__5c45__9593_")).toBe("51");
  expect(await value("U___58f2__4e0a__2e__5e97_")).toBe("1001");
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
