// Contract happo §13.3 and §12.1: rows I and X.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestAgent, type TestAgent } from "../../support/agent.ts";

let listed: TestAgent;
let any: TestAgent;
let shell: TestAgent;

beforeAll(async () => {
  const programs = { deadline: "1s", kill_after: "500ms" };
  listed = await startTestAgent({ programs });
  any = await startTestAgent({ programs, access: { inventory: "any" } });
  shell = await startTestAgent({ programs: { ...programs, shell: true } });
});

afterAll(async () => {
  await Promise.all([listed, any, shell].map((agent) => agent.release()));
});

const inventory = async (agent: TestAgent, command: unknown, command_option?: unknown) => {
  const { status, json } = await agent.post("/inventory", { apikey: "", command, command_option });
  return { status, json };
};

const both =
  "-c 'echo -n 1.STDOUT. ; echo -n 2.STDERR. >&2 ; echo -n 3.STDOUT. ; echo -n 4.STDERR. >&2 ; exit 0'";

describe.each(["listed", "any", "shell"])("with the policy %s", (policy) => {
  const agent = () => ({ listed, any, shell })[policy] as TestAgent;

  it.each([
    ["I1", "uname", "-s", 200, { return_code: 0, return_value: "Linux\n" }],
    [
      "I2",
      "ls",
      "/nonexistent",
      400,
      { return_code: 2, return_value: "ls: cannot access '/nonexistent': No such file or directory\n" },
    ],
    ["I3", "nosuchcmd", "", 400, { return_code: 127, return_value: "/bin/sh: 1: nosuchcmd: not found\n" }],
  ])("%s: %s %s", async (_row, command, option, status, json) => {
    expect(await inventory(agent(), command, option)).toEqual({ status, json });
  });

  it.each(["", "{", "{}", '{"command":""}', "null", '{"command":["id"]}'])(
    "I7 (proposed): %j runs nothing",
    async (body) => {
      const { status, json } = await agent().post("/inventory", body);
      expect({ status, json }).toEqual({
        status: 400,
        json: { return_code: -1, return_value: expect.stringMatching(/./) },
      });
    },
  );
});

describe.each(["any", "shell"])("with the policy %s", (policy) => {
  const agent = () => (policy === "any" ? any : shell);

  it("I4, X5: both outputs in the order of writing", async () => {
    const json = { return_code: 0, return_value: "1.STDOUT.2.STDERR.3.STDOUT.4.STDERR." };
    expect(await inventory(agent(), "bash", both)).toEqual({ status: 200, json });
  });

  it("I5: the deadline passes", async () => {
    expect(await inventory(agent(), "sleep", "9")).toEqual({
      status: 417,
      json: { return_code: 0, return_value: "" },
    });
  });

  it("runs a program by its whole path", async () => {
    const json = { return_code: 0, return_value: "x\n" };
    expect(await inventory(agent(), "/bin/echo", "x")).toEqual({ status: 200, json });
  });
});

describe("rows that need a shell", () => {
  it.each([
    ["I5", "exec", "sleep 9", 417, { return_code: 0, return_value: "" }],
    ["I5", "echo", "partial; exec sleep 9", 417, { return_code: 0, return_value: "" }],
    ["I6", "kill", "-9 $$", 400, { return_code: -1, return_value: "" }],
    ["X2", "echo", "'hoge' >&2", 200, { return_code: 0, return_value: "hoge\n" }],
  ])("%s: %s %s", async (_row, command, option, status, json) => {
    expect(await inventory(shell, command, option)).toEqual({ status, json });
  });
});

it("tells nothing of files by their whole path", async () => {
  const answers = [await inventory(listed, "/etc/shadow"), await inventory(listed, "/etc/no-such-file")];
  expect(answers.map(({ status }) => status)).toEqual([403, 403]);
});

it("refuses what the operator does not list", async () => {
  const { status, json } = await inventory(listed, "bash", both);
  expect(status).toBe(403);
  expect(json).toEqual({ return_code: -1, return_value: expect.stringContaining("access.inventory") });
});
