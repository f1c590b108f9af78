// What people and scripts read of an agent that judges: states, histories, results.
import { describe, expect, it } from "vitest";
import { run } from "../../../test/support/cli.ts";
import { askedAgent, hostile, tamed } from "../asked-agent.fixture.ts";

const { asked, home, says, yagura } = askedAgent();

const check = (id: string, state: string, output: string, display = id) => ({
  ...{ id, display_name: display, pack_name: id.split("/")[0], state, output },
});

const day = (seconds: number) => {
  const at = new Date(seconds * 1000);
  const local = new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString();
  return local.replace("T", " ").slice(0, 19);
};

describe("monitoring state", () => {
  const state = {
    services: { web: { name: "web", state: "critical" } },
    checks: {
      "linux/cpu": check("linux/cpu", "ok", "fine", "CPU"),
      "linux/disk": check("linux/disk", "critical", `full\n${hostile}`, "Disk space"),
      own: { ...check("own", "pending", ""), pack_name: "" },
    },
  };

  it("is services, checks by pack, and a sum", async () => {
    says(state);
    const { exit, stdout } = await yagura("monitoring", "state");
    expect(exit).toBe(0);
    expect(stdout.split("\n")).toEqual([
      "services",
      "  CRITICAL  web",
      "",
      "linux",
      "  OK        CPU         fine",
      "  CRITICAL  Disk space  full",
      `                        ${tamed}`,
      "",
      "this host's own",
      "  PENDING   own",
      "",
      "3 checks: 1 ok, 1 critical, 1 pending",
      "",
    ]);
  });

  it("of another node is asked by its uuid", async () => {
    says(state);
    await yagura("monitoring", "state", "a/b");
    expect(asked()).toMatchObject([{ method: "GET", url: "/monitoring/state/a%2Fb" }]);
    says({ error: `there is none${hostile}` }, 404);
    const { exit, stderr } = await yagura("monitoring", "state", "nobody");
    expect(exit).toBe(1);
    expect(stderr).toMatch(/answered 404: there is nonex\\u001b\[2Jy\n$/);
  });

  it("is what the agent said with --json", async () => {
    says(state);
    expect(JSON.parse((await yagura("monitoring", "state", "--json")).stdout)).toEqual(state);
  });

  it("of a host without checks says so", async () => {
    says({ checks: {}, services: {} });
    expect((await yagura("monitoring", "state")).stdout).toBe("no checks are at work\n");
  });

  it("is coloured on a terminal", async () => {
    says(state);
    const ran = await run(["monitoring", "state", "--home", home], { tty: true });
    expect(ran.stdout).toContain("\u001b[31mCRITICAL\u001b[0m  web");
  });
});

describe("histories", () => {
  const entry = (name: string) => ({ name, old_state: "PENDING", state: "ERROR", log: hostile });
  const history = [
    { date: 1_700_000_000, entries: [entry("a"), entry("b")] },
    { date: 1_700_000_060, entries: [entry("c")] },
  ];

  it("are a line for each change, oldest first", async () => {
    says(history);
    const { stdout } = await yagura("collectors", "history");
    const line = (seconds: number, name: string) => `${day(seconds)}  ${name}  PENDING → ERROR  ${tamed}`;
    expect(stdout.trimEnd().split("\n")).toEqual([
      line(1_700_000_000, "a"),
      line(1_700_000_000, "b"),
      line(1_700_000_060, "c"),
    ]);
  });

  it("may be limited to the newest, for scripts too", async () => {
    says(history);
    expect((await yagura("collectors", "history", "--limit", "2")).stdout).not.toContain("  a  ");
    const { stdout } = await yagura("collectors", "history", "--limit", "2", "--json");
    expect(JSON.parse(stdout)).toEqual([{ date: 1_700_000_000, entries: [entry("b")] }, history[1]]);
    expect(JSON.parse((await yagura("collectors", "history", "--json")).stdout)).toEqual(history);
    expect((await yagura("collectors", "history", "--limit", "0")).exit).toBe(2);
  });

  it("without changes say so", async () => {
    says([]);
    expect(await yagura("detectors", "history")).toEqual({
      exit: 0,
      stdout: "",
      stderr: "nothing has changed yet\n",
    });
  });

  it.each([
    ["monitoring", { ...check("linux/cpu", "ok", "fine"), old_state: "pending" }, "pending → ok"],
    ["detectors", { type: "group-add", name: "redis" }, "group-add  redis"],
    [
      "compliance",
      { ...entry("a"), rule: "r", infos: [{ state: "FIX", text: "done" }] },
      "PENDING → ERROR  done",
    ],
  ])("of %s", async (noun, one, text) => {
    says([{ date: 1_700_000_000, entries: [one] }]);
    expect((await yagura(noun, "history")).stdout).toContain(text);
  });
});

describe("checks submit", () => {
  it.each([
    ["2", "critical"],
    ["OK", "ok"],
  ])("takes the state %s", async (typed, state) => {
    says({ done: true });
    const { exit } = await yagura("checks", "submit", "backup", typed, "3", "files", "|", "files=3");
    expect(exit).toBe(0);
    const body = JSON.stringify({ check: "backup", state, output: "3 files | files=3" });
    expect(asked()).toEqual([{ method: "POST", url: "/checks/results", body }]);
  });

  it.each(["4", "bad", "-1", ""])("refuses the state %j", async (typed) => {
    const { exit } = await yagura("checks", "submit", "--", "backup", typed);
    expect(exit).toBe(2);
    expect(asked()).toEqual([]);
  });
});
