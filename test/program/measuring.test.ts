// Measuring by the built program: one round without a daemon, and the host's own figures while one runs.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { answering, freePort, run, start } from "../support/program.ts";
import { directoryOfTest, writeScript } from "../support/temporary.ts";

function homeWithPlan(): string {
  const home = directoryOfTest();
  writeScript(home, "metrics-it", "printf 'it.one\\t5\\t1700000000\\n'");
  writeFileSync(
    join(home, "metrics.yaml"),
    "metrics: [{ hostname: web1, plugins: [{ plugin_name: metrics-it }] }]\n",
  );
  writeFileSync(join(home, "yagura.yaml"), `programs: { metric_paths: [${home}] }\n`);
  return home;
}

it("yagura test prints one round of everything and leaves nothing behind", async () => {
  const { exit, stdout, stderr } = await run(["test", "--home", homeWithPlan()]);
  expect([exit, stderr.replace(/measuring.*/s, "")]).toEqual([0, ""]);
  expect(stdout).toMatch(/^cpustats\n/m);
  expect(stdout).toMatch(/^ +cpu_all\.%idle +[\d.]+$/m);
  expect(stdout).toMatch(/^metric programs for web1\n +it\.one +5$/m);
  expect(stdout).toMatch(/^memory +OK +\d+/m);
});

it("yagura test --json is for scripts", async () => {
  const { exit, stdout } = await run(["test", "--json", "--home", homeWithPlan()]);
  expect(exit).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    collectors: { memory: { state: "OK", results: { memtotal: expect.any(Number) } } },
    programs: [{ host: "web1", metrics: [{ name: "it.one", value: 5 }] }],
  });
});

it("keeps collecting over a restart, and draws it", async () => {
  const home = homeWithPlan();
  const port = await freePort();
  const config = `api: { listen: "127.0.0.1:${port}" }\ninputs: { collectors: { every: 1s } }\nstore: { history: { resolutions: ["1s:1h"] } }\n`;
  writeFileSync(join(home, "yagura.yaml"), config);
  for (let life = 0; life < 2; life += 1) {
    const daemon = start(["daemon", "--home", home]);
    await answering(port, daemon);
    const points = async () => {
      const { stdout } = await run([
        "history",
        "loadaverage.load1",
        "--last",
        "1m",
        "--json",
        "--home",
        home,
      ]);
      return stdout === "" ? 0 : (JSON.parse(stdout) as { points: unknown[] }).points.length;
    };
    await expect.poll(points, { timeout: 25_000, interval: 500 }).toBeGreaterThan(life * 3 + 1);
    daemon.child.kill("SIGTERM");
    expect((await daemon.finished).exit).toBe(0);
  }
});
