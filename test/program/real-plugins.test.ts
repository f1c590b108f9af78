// Real plugins of the Nagios project, asked for by the agent's own client, directly and through bastions.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestAgent, type TestAgent } from "../support/agent.ts";
import { run } from "../support/program.ts";

const plugins = ["/usr/lib/nagios/plugins", "/usr/lib64/nagios/plugins"].find((path) =>
  existsSync(`${path}/check_dummy`),
);
if (plugins === undefined) throw new Error("the package monitoring-plugins-basic is missing");

let edge: TestAgent;
let bastions: TestAgent[];

beforeAll(async () => {
  edge = await startTestAgent({ programs: { paths: [plugins] } });
  bastions = await Promise.all([startTestAgent(), startTestAgent()]);
});

afterAll(async () => {
  await Promise.all([edge, ...bastions].map((agent) => agent.release()));
});

const checkArgs = (name: string, option: string) => [
  "check",
  "-H",
  "127.0.0.1",
  "-P",
  String(edge.port),
  "-p",
  name,
  "-o",
  option,
];
const via = () => bastions.flatMap(({ port }) => ["-X", `127.0.0.1:${port}`]);

it.each([
  ["0 'all well'", 0, "OK: all well\n"],
  ["1 hm", 1, "WARNING: hm\n"],
  ["2 oh", 2, "CRITICAL: oh\n"],
  ["3 what", 3, "UNKNOWN: what\n"],
])(
  "check_dummy %s comes back with its state, directly and through two bastions",
  async (option, exit, stdout) => {
    expect(await run(checkArgs("check_dummy", option))).toMatchObject({ exit, stdout });
    expect(await run([...checkArgs("check_dummy", option), ...via()])).toMatchObject({ exit, stdout });
  },
);

describe("plugins that look at the host", () => {
  it.each([
    ["check_procs", "-w 10000 -c 20000", /^PROCS OK: \d+ processes/],
    ["check_load", "-w 900,900,900 -c 999,999,999", /^LOAD OK - .*load average: .*\|/],
    ["check_disk", "-w 0 -c 0 -p /", /^DISK OK/],
    ["check_users", "-w 100 -c 200", /^USERS OK/],
  ])("%s %s", async (name, option, text) => {
    expect(await run(checkArgs(name, option))).toMatchObject({
      exit: 0,
      stdout: expect.stringMatching(text),
    });
  });

  it("check_procs with a wrong option is unknown", async () => {
    expect((await run(checkArgs("check_procs", "--no-such-option"))).exit).toBe(3);
  });
});

it("a plain curl, as the README shows it, gets the original's JSON", async () => {
  const body = '{"apikey": "", "plugin_name": "check_dummy", "plugin_option": "1 hello"}';
  const address = `https://127.0.0.1:${edge.port}/monitor`;
  const { stdout } = await promisify(execFile)("curl", ["-sk", "--max-time", "10", address, "-d", body]);
  expect(JSON.parse(stdout)).toEqual({ return_value: 1, message: "WARNING: hello\n" });
});
