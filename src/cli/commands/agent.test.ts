// The agent about itself, its groups, its expressions, and what it does about its host.
import { describe, expect, it } from "vitest";
import { run } from "../../../test/support/cli.ts";
import { askedAgent, hostile, tamed } from "../asked-agent.fixture.ts";

const { answers, asked, home, says, yagura } = askedAgent();

describe("detectors and expressions", () => {
  it("run, or are not known", async () => {
    says({ redis: { matched: true, groups: ["redis"], new_groups: ["redis"] } });
    const { stdout } = await yagura("detectors", "run", "a/b");
    expect(stdout).toMatch(/^redis +yes +redis +redis$/m);
    expect(asked()).toMatchObject([{ method: "GET", url: "/agent/detectors/run/a%2Fb" }]);
    says({});
    expect((await yagura("detectors", "run", "nix")).exit).toBe(2);
  });

  it("show groups one a line", async () => {
    says(["linux", hostile]);
    expect((await yagura("detectors", "state")).stdout).toBe(`linux\n${tamed}\n`);
  });

  it("put a value on the last line, whatever it is", async () => {
    answers(200, `a\nb${hostile}`);
    const { stdout } = await yagura("evaluator", "eval", "1 + 1");
    expect(stdout).toBe(`Result\na\\u000ab${tamed}\n`);
    const url = new URL(asked()[0]?.url ?? "", "http://x");
    expect([url.pathname, Buffer.from(url.searchParams.get("expr") ?? "", "base64").toString()]).toEqual([
      "/agent/evaluator/eval",
      "1 + 1",
    ]);
  });
});

describe("compliance and handlers", () => {
  const report = {
    ...{ name: "web", kind: "compliance", state: "ERROR", mode: "enforcing", enforced: false, pack_name: "" },
    ...{ is_running: true, current_step: "files" },
    rules: [
      { name: "files", type: "file-rights", state: "ERROR", infos: [{ state: "ERROR", text: hostile }] },
    ],
  };

  it("tell each rule and what it found", async () => {
    says([report]);
    const { stdout } = await yagura("compliance", "state", "web");
    expect(stdout.split("\n")).toEqual([
      "ERROR         web  (enforcing, but not allowed to act; looks at files)",
      "  ERROR         files (file-rights)",
      `                  error: ${tamed}`,
      "",
    ]);
    expect((await yagura("compliance", "state", "other")).exit).toBe(2);
  });

  it("are launched by name", async () => {
    says({ ...report, state: "FIXED" });
    expect((await yagura("compliance", "launch", "a b")).exit).toBe(0);
    expect(asked()).toEqual([{ method: "PUT", url: "/compliance/launch", body: '"a b"' }]);
    says(report);
    expect((await yagura("compliance", "launch", "a b", "--json")).exit).toBe(1);
  });

  it("are tried, and tell what came of it", async () => {
    says({ outcome: "sent", text: "250 OK" });
    expect(await yagura("handlers", "test", "mail")).toMatchObject({ exit: 0, stdout: "sent: 250 OK\n" });
    expect(asked()[0]?.body).toBe('{"handler":"mail","state":"critical"}');
    says({ outcome: "later", text: hostile });
    expect(await yagura("handlers", "test", "mail", "--state", "ok")).toMatchObject({
      exit: 1,
      stdout: `not sent: ${tamed}\n`,
    });
    expect((await yagura("handlers", "test", "mail", "--state", "bad")).exit).toBe(2);
  });
});

describe("the agent about itself", () => {
  const lines = { count: 1, lines: [hostile] };
  const info = {
    ...{ agent_state: "ok", version: "0.1.0", pid: 42, socket: "/s", uuid: "ab", name: "web1" },
    ...{ display_name: "", local_addr: "192.0.2.1", public_addr: "203.0.113.1", zone: "" },
    ...{ hosting_driver: "on-premise", groups: ["linux", "debian"], memory_consumption: 52_428_800 },
    ...{ cpu_consumption: 0.5, monitoring: { ok: 3, critical: 0, pending: 1 }, compliance: {} },
    collectors: { redis: { state: "ERROR", log: "refused" }, cpu: { state: "OK", log: "" } },
    websocket: { enabled: true, port: 6769 },
    logs: { errors: lines, warnings: { count: 0, lines: [] } },
  };

  it("says who it is and how its parts are", async () => {
    says(info);
    const { stdout } = await yagura("agent", "info");
    for (const line of [
      /^OK\n/,
      /^ {2}groups +linux, debian$/m,
      /^ {2}memory +50\.0 MiB$/m,
      /^ {2}states +1 error, 1 ok$/m,
      /^ {2}redis +refused$/m,
      /^ {2}checks +3 ok, 1 pending$/m,
      /^ {2}compliance +none$/m,
      /^ {2}websocket +enabled true, port 6769$/m,
      /^ {2}errors +1$/m,
    ])
      expect(stdout).toMatch(line);
    expect(stdout).not.toContain("x\\u001b");
    expect((await yagura("agent", "info", "--show-logs")).stdout).toMatch(/^ {2}x\\u001b\[2Jy$/m);
  });

  it("is not running: exit code 1", async () => {
    const { exit, stderr } = await run(["agent", "info", "--home", "/nonexistent"]);
    expect(exit).toBe(1);
    expect(stderr).toMatch(/^yagura: no agent answers at/);
  });

  it.each([
    ["uuid", "ab"],
    ["local-addr", "192.0.2.1"],
    ["public-addr", "203.0.113.1"],
  ])("prints %s bare", async (name, value) => {
    says(info);
    expect(await yagura("agent", "print", name)).toEqual({ exit: 0, stdout: `${value}\n`, stderr: "" });
  });

  it("prints nothing else", async () => {
    expect((await yagura("agent", "print", "constructor")).exit).toBe(2);
  });

  it("is stopped", async () => {
    answers(200, "OK");
    expect(await yagura("agent", "stop")).toEqual({ exit: 0, stdout: "OK\n", stderr: "" });
    answers(401, "");
    const { exit, stderr } = await yagura("agent", "stop");
    expect(exit).toBe(77);
    expect(stderr).toMatch(/answered 401: it says nothing more\n$/);
  });
});

describe("dashboards show", () => {
  const dashboard = {
    name: "x",
    title: "Host",
    content: { kind: "text", title: "", unit: "", value: 1, fault: "" },
  };

  it("prints one page where there is no terminal", async () => {
    says(dashboard);
    expect(await yagura("dashboards", "show", "a/b")).toEqual({ exit: 0, stdout: "Host\n\n1\n", stderr: "" });
    expect(asked()).toMatchObject([{ url: "/dashboards/a%2Fb" }]);
  });

  it("ends after as many pages as were asked for, by either spelling", async () => {
    says(dashboard);
    for (const option of ["--occurrences", "--occurences"]) {
      const ran = await run(["dashboards", "show", "x", "--home", home, option, "1"], { tty: true });
      expect(ran.exit).toBe(0);
    }
    expect((await yagura("dashboards", "show", "x", "--occurrences", "0")).exit).toBe(2);
  });

  it("says that there is none", async () => {
    says({ error: "none" }, 404);
    const { exit, stderr } = await yagura("dashboards", "show", "nix");
    expect(exit).toBe(2);
    expect(stderr).toMatch(/there is no dashboard nix; yagura dashboards list lists them/);
  });
});
