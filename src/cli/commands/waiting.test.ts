// Commands that wait until something is so.
import { describe, expect, it } from "vitest";
import { run } from "../../../test/support/cli.ts";
import { until } from "../../../test/support/until.ts";
import { askedAgent } from "../asked-agent.fixture.ts";

const { answers, asked, says, yagura } = askedAgent();

describe("waiting", () => {
  it("ends with ok as soon as it is so", async () => {
    says({ checks: [] });
    const waiting = yagura("monitoring", "wait-ok", "linux/cpu", "--timeout", "20");
    await until(() => asked().length > 0);
    const report = { ...fullCheck, state: "ok" };
    says({ checks: [report] });
    expect(await waiting).toEqual({ exit: 0, stdout: "ok\n", stderr: "" });
  });

  it.each<[string[], unknown, RegExp]>([
    [["monitoring", "wait-ok", "nix"], { checks: [] }, /there is no check nix at work/],
    [["collectors", "wait-ok", "nix"], {}, /there is no collector nix/],
    [["compliance", "wait-compliant", "nix"], [], /there is no compliance nix/],
    [["evaluator", "wait-eval-true", "0"], 0, /it is 0/],
    [["agent", "wait-initialized"], "initializing", /the agent is initializing/],
  ])("%j ends with 2 when the time is up", async (argv, answer, reason) => {
    says(answer);
    const { exit, stdout, stderr } = await yagura(...argv, "--timeout", "0.1");
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: "" });
    expect(stderr).toMatch(/^yagura: not within 0\.1 s: /);
    expect(stderr).toMatch(reason);
  });

  it.each([
    ["[]", 2],
    ["{}", 2],
    ['""', 2],
    ["null", 2],
    ["[0]", 0],
    ["-1", 0],
    ['"False"', 0],
  ])("takes %s for what the expression language does", async (body, exit) => {
    answers(200, body);
    expect((await yagura("evaluator", "wait-eval-true", "x", "--timeout", "0")).exit).toBe(exit);
  });

  it("for an agent goes on while there is none; for anything else it ends", async () => {
    const nowhere = ["--home", "/nonexistent", "--timeout", "0.1"];
    expect((await run(["agent", "wait-initialized", ...nowhere])).exit).toBe(2);
    expect((await run(["monitoring", "wait-ok", "x", ...nowhere])).exit).toBe(69);
    expect((await run(["monitoring", "wait-ok", "x", "--timeout", "soon"])).exit).toBe(2);
  });
});

const fullCheck = {
  ...{ id: "linux/cpu", name: "cpu", display_name: "CPU", host: "", pack: "linux", level: "core" },
  ...{ place: "x", kind: "rule", group: null, state: "critical", old_state: "ok", hard: true, attempt: 1 },
  ...{ attempts: 1, flapping: false, held: null, output: "", perfdata: "", interval: 10, last_check: 1 },
  ...{ next_check: 2, took_ms: 1, handlers: null, service: null, notes: "" },
};
