// Contract happo §13.2 and §12.2: rows O and M. The first table holds with and without a shell.
import { homedir } from "node:os";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestAgent, type TestAgent } from "../../support/agent.ts";
import { writeHappoPrograms } from "../../support/happo-programs.ts";
import { temporaryDirectory } from "../../support/temporary.ts";

const programs = temporaryDirectory();
const last = temporaryDirectory();
const settings = { paths: [programs.path, last.path], deadline: "1s", kill_after: "500ms" };
let plain: TestAgent;
let shell: TestAgent;

beforeAll(async () => {
  writeHappoPrograms(programs.path);
  plain = await startTestAgent({ programs: settings });
  shell = await startTestAgent({ programs: { ...settings, shell: true } });
});

afterAll(async () => {
  await Promise.all([plain.release(), shell.release()]);
  programs.release();
  last.release();
});

const monitor = (agent: TestAgent, plugin_name: unknown, plugin_option?: unknown, ask = {}) =>
  agent.post("/monitor", { apikey: "", plugin_name, plugin_option }, ask);

const notFound = (name: string) => `stdout=, stderr=/bin/sh: 1: ${last.path}/${name}: not found\n`;

describe.each(["without a shell", "with programs.shell: true"])("%s", (mode) => {
  const agent = () => (mode === "without a shell" ? plain : shell);

  it.each([
    ["O1", "monitor_test_plugin", "0", 0, "Output of monitor_test_plugin. exit status is 0\n"],
    ["O1", "monitor_test_plugin", "1", 1, "Output of monitor_test_plugin. exit status is 1\n"],
    ["O1", "monitor_test_plugin", "2", 2, "Output of monitor_test_plugin. exit status is 2\n"],
    ["O1", "monitor_test_plugin", "3", 3, "Output of monitor_test_plugin. exit status is 3\n"],
    ["O1", "monitor_test_plugin", "42", 42, "Output of monitor_test_plugin. exit status is 42\n"],
    ["O2", "out_both", "1", 1, "out line\n, stderr=err line\n"],
    ["O3", "err_only", "2", 2, "stdout=, stderr=only err\n"],
    ["O4", "silent", "0", 0, "stdout=, stderr="],
    ["O7", "kill_self", "9", 137, "before\n, stderr=Killed\n"],
    ["O7", "kill_self", "15", 143, "before\n, stderr=Terminated\n"],
    ["O7", "kill_self", "11", 139, "before\n, stderr=Segmentation fault\n"],
    ["O11", "args", undefined, 0, "stdout=, stderr="],
    ["O15", "args", "'<a>&b' '\u2028' 日本", 0, "[<a>&b]\n[\u2028]\n[日本]\n"],
    ["O16", "bytes", "", 0, "[\ufffd\ufffdz]\n"],
    ["O17", "million", "", 0, "m".repeat(1_000_000)],
  ])("%s: %s %j", async (_row, name, option, return_value, message) => {
    const { status, json, headers } = await monitor(agent(), name, option);
    expect(status).toBe(200);
    expect(json).toEqual({ return_value, message });
    expect(headers["content-type"]).toBe("application/json; charset=UTF-8");
  });

  it("O5, M6, O12, O14: a name that is nowhere is looked for in the last directory", async () => {
    const answers = [];
    for (const name of ["notfound", "args one two", "/bin/echo"])
      answers.push(await monitor(agent(), name, "-w 1"));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(answers.map(({ json }) => json)).toEqual([
      { return_value: 127, message: notFound("notfound") },
      { return_value: 127, message: notFound("args") },
      { return_value: 127, message: notFound("bin/echo") },
    ]);
  });

  it("O6: what cannot be executed", async () => {
    for (const name of ["plain", "folder"]) {
      const { status, json } = await monitor(agent(), name, "");
      const message = `stdout=, stderr=/bin/sh: 1: ${programs.path}/${name}: Permission denied\n`;
      expect({ status, json }).toEqual({ status: 200, json: { return_value: 126, message } });
    }
  });

  it("O13 (proposed): a name with a path reaches nothing outside the directories", async () => {
    const { status, json } = await monitor(agent(), "../../../../bin/echo", "hi");
    expect(status).toBe(200);
    expect(json).toMatchObject({ return_value: 127 });
  });

  it("O18: any apikey, unknown keys, keys in any case, any content type", async () => {
    const body = '{"APIKEY":"xxx","Plugin_Name":"monitor_test_plugin","PLUGIN_OPTION":"1","extra":[]}';
    for (const type of [undefined, "text/plain", "application/x-www-form-urlencoded"]) {
      const headers = type === undefined ? {} : { "content-type": type };
      expect((await agent().post("/monitor", body, { headers })).json).toMatchObject({ return_value: 1 });
    }
    expect((await monitor(agent(), "silent", "0")).status).toBe(200);
  });

  it("O19: text after the JSON value", async () => {
    const { json } = await agent().post("/monitor", '{"plugin_name":"silent"} trailing { garbage');
    expect(json).toEqual({ return_value: 0, message: "stdout=, stderr=" });
  });

  it.each([
    "",
    "{}",
    '{"plugin_name":""}',
    "{bad",
    '{"plugin_name":"silent"',
    "[1]",
    "null",
    '{"plugin_name":5}',
  ])("O20 (proposed): %j runs nothing", async (body) => {
    const { status, json } = await agent().post("/monitor", body);
    expect(status).toBe(400);
    expect(json).toEqual({ return_value: 3, message: expect.stringMatching(/./) });
  });

  it("O21 (proposed): an option that is no text runs nothing", async () => {
    const { status, json } = await monitor(agent(), "silent", 0);
    expect({ status, json }).toEqual({
      status: 400,
      json: { return_value: 3, message: expect.stringContaining("plugin_option") },
    });
  });

  it("O22, M5: the deadline passes, whether or not the program listens to TERM", async () => {
    const began = performance.now();
    const answers = await Promise.all([
      monitor(agent(), "execsleep", "40"),
      monitor(agent(), "monitor_test_sleep", "40"),
      monitor(agent(), "ignterm", ""),
    ]);
    // They would take forty.
    expect(performance.now() - began).toBeLessThan(30_000);
    expect(answers.map(({ status }) => status)).toEqual([500, 500, 500]);
    expect(answers.map(({ json }) => json)).toEqual([
      { return_value: 2, message: `Exec timeout: ${programs.path}/execsleep 40` },
      { return_value: 2, message: `Exec timeout: ${programs.path}/monitor_test_sleep 40` },
      { return_value: 2, message: `Exec timeout: ${programs.path}/ignterm ` },
    ]);
  });

  it("D1: the fields of /inventory are understood", async () => {
    const { json } = await agent().post("/monitor", { command: "monitor_test_plugin", command_option: "2" });
    expect(json).toMatchObject({ return_value: 2 });
  });
});

describe("rows that need a shell", () => {
  it("O8: everything is expanded as sh does", async () => {
    const { json } = await monitor(shell, "args", `-w "a b" 'c  d' e\\ f $HOME $(echo sub) *`);
    const { message } = json as { message: string };
    expect(message.startsWith(`[-w]\n[a b]\n[c  d]\n[e f]\n[${homedir()}]\n[sub]\n`)).toBe(true);
    expect(message).toContain("[package.json]\n");
  });

  it.each([
    ["O9", "args", "x; echo second | tr a-z A-Z; exit 7", { return_value: 7, message: "[x]\nSECOND\n" }],
    ["O10", "args", "x >&2", { return_value: 0, message: "stdout=, stderr=[x]\n" }],
    ["O15", "args", '"<a>&b" \u2028 日本', { return_value: 0, message: "[<a>&b]\n[\u2028]\n[日本]\n" }],
  ])("%s: %s %s", async (_row, name, option, expected) => {
    expect((await monitor(shell, name, option)).json).toEqual(expected);
  });

  it("O23: a child that holds the output is waited for until the deadline", async () => {
    const { status, json } = await monitor(shell, "args", "x; sleep 30 & echo bg");
    expect(status).toBe(500);
    expect(json).toEqual({
      return_value: 2,
      message: `Exec timeout: ${programs.path}/args x; sleep 30 & echo bg`,
    });
  });

  it.each([
    ["-u /health?full=1", "[-u]\n[/health?full=1]\n"],
    ["-r [0-9]+", "[-r]\n[[0-9]+]\n"],
    ["-a *.conf", "[-a]\n[*.conf]\n"],
    ["x 2>&1 y", "[x]\n[y]\n"],
  ])("without one, %j is what it would be with one", async (option, message) => {
    for (const agent of [plain, shell])
      expect((await monitor(agent, "args", option)).json).toEqual({ return_value: 0, message });
  });

  it("without one, 2>&1 joins the outputs", async () => {
    for (const agent of [plain, shell])
      expect((await monitor(agent, "out_both", "1 2>&1")).json).toEqual({
        return_value: 1,
        message: "out line\nerr line\n",
      });
  });

  it.each(["$HOME", "$(echo sub)", "x; id", "x | id", "x >&2", "*", "x & id", "a\nb", "a\0b"])(
    "without one, %j is refused and nothing runs",
    async (option) => {
      const { status, json } = await monitor(plain, "args", option);
      expect(status).toBe(200);
      expect(json).toEqual({
        return_value: 3,
        message: expect.stringContaining("option string cannot be used"),
      });
    },
  );
});

it("O24: a deadline of zero", async () => {
  const agent = await startTestAgent({ programs: { ...settings, deadline: "0s" } });
  try {
    const { status, json } = await monitor(agent, "silent");
    expect(status).toBe(500);
    expect(json).toEqual({ return_value: 2, message: `Exec timeout: ${programs.path}/silent ` });
  } finally {
    await agent.release();
  }
});
