// What the original's client sees of an agent that has much to do: never CRITICAL, which would be said of the host.
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { happoDefaults } from "../../../src/config/compat/happo.ts";
import { agentOfTest } from "../../support/agent.ts";
import { directoryOfTest, writeScript } from "../../support/temporary.ts";
import { until } from "../../support/until.ts";

const programsOf = (settings: Record<string, unknown>) => {
  const directory = directoryOfTest();
  writeScript(directory, "short", "sleep 0.2; echo done");
  writeScript(directory, "long", "exec sleep 5");
  return { programs: { paths: [directory], kill_after: "100ms", ...settings } };
};

const body = (plugin_name: string) => ({ apikey: "", plugin_name, plugin_option: "" });

describe("a burst of checks", () => {
  it("is answered whole, however short the deadline of each of them is", async () => {
    const agent = await agentOfTest(programsOf({ at_once: 4, deadline: "1s" }));
    const answers = await Promise.all(
      Array.from({ length: 40 }, () => agent.post("/monitor", body("short"))),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(40).fill(200));
    expect(new Set(answers.map(({ text }) => text))).toEqual(
      new Set(['{"return_value":0,"message":"done\\n"}']),
    );
  });

  it("of a hundred runs at the same time, as the original has it", async () => {
    const directory = directoryOfTest();
    const [came, gate] = [join(directory, "came"), join(directory, "gate")];
    mkdirSync(came);
    execFileSync("mkfifo", [gate]);
    writeScript(directory, "meet", `: >${came}/$$; read -r _ <${gate}; echo went on`);
    const [atOnce] = happoDefaults("a test").filter(({ path }) => path.join(".") === "programs.at_once");
    const programs = { paths: [directory], at_once: atOnce?.value, deadline: "60s" };
    const agent = await agentOfTest({ programs });
    const checks = Promise.all(Array.from({ length: 100 }, () => agent.post("/monitor", body("meet"))));
    await until(() => readdirSync(came).length === 100, 50);
    // Each waits for somebody who opens it to write.
    const opened = await open(gate, "w");
    await opened.close();
    const answers = await checks;
    expect(answers.map(({ json }) => json)).toEqual(
      Array(100).fill({ return_value: 0, message: "went on\n" }),
    );
  }, 60_000);

  it.each([
    ["the whole queue", { queue: 0 }, "programs.queue"],
    ["the time to wait", { queue_wait: "50ms" }, "programs.queue_wait"],
  ])("is unknown where it meets %s, and the answer names it", async (_what, limits, name) => {
    const agent = await agentOfTest(programsOf({ at_once: 1, deadline: "1s", ...limits }));
    const answers = await Promise.all(Array.from({ length: 3 }, () => agent.post("/monitor", body("long"))));
    const late = answers.filter(({ status }) => status === 504);
    expect(late).toHaveLength(2);
    for (const { json } of late)
      expect(json).toEqual({ return_value: 3, message: expect.stringContaining(`(${name})`) });
  });

  it("is unknown where one caller has taken his half of the queue", async () => {
    const agent = await agentOfTest(
      programsOf({ at_once: 1, deadline: "1s", queue: 18, queue_wait: "100ms" }),
    );
    const answers = await Promise.all(Array.from({ length: 12 }, () => agent.post("/monitor", body("long"))));
    const messages = answers.filter(({ status }) => status === 504).map(({ text }) => text);
    expect(messages).toHaveLength(11);
    expect(messages.filter((text) => text.includes("half of programs.queue"))).toHaveLength(2);
  });
});
