// What the older systems' command lines mean, by the name that they call.
import { describe, expect, it } from "vitest";
import { run } from "../../test/support/cli.ts";
import { calledWords, olderNames } from "./called-names.ts";
import { commandEntries } from "./commands/index.ts";

const as = (name: string, ...argv: string[]) => run(argv, { calledPath: `/opt/bin/${name}` });

describe("the name in what is said", () => {
  it.each(["yagura", "main.js", "toString"])("is yagura for %s", async (name) => {
    expect((await as(name, "--version")).stdout).toBe("yagura version 1.2.3\n");
  });

  it.each([
    ["happo-agent", ["-v"]],
    ["check_happo", ["--version"]],
    ["opsbro", ["version"]],
    ["opsbro", ["banner"]],
  ])("is %s", async (name, argv) => {
    expect(await as(name, ...argv)).toEqual({ exit: 0, stdout: `${name} version 1.2.3\n`, stderr: "" });
  });

  it("stands in the refusal of a command, as the original has it", async () => {
    const { exit, stderr } = await as("happo-agent", "bogus");
    expect(exit).toBe(2);
    expect(stderr).toBe("happo-agent: 'bogus' is not a happo-agent command. See 'happo-agent --help'.\n");
  });

  it("stands before what is wrong with flags", async () => {
    const { exit, stdout, stderr } = await as("happo-agent", "daemon", "--nope");
    expect({ exit, stderr }).toEqual({
      exit: 2,
      stderr: "happo-agent: flag provided but not defined: -nope\n",
    });
    expect(stdout).toMatch(/^Incorrect Usage\.\n/);
  });
});

describe("what later parts bring", () => {
  it.each([
    ["happo-agent", ["resolve_alias", "web"], "resolve_alias"],
    ["opsbro", ["gossip", "members"], "gossip members"],
    ["opsbro", ["--debug", "gossip", "join", "10.0.0.2"], "gossip join"],
    ["opsbro", ["agent", "keygen"], "agent keygen"],
    ["opsbro", ["agent", "start", "--daemon"], "agent start --daemon"],
    ["opsbro", ["kv-store", "get", "x"], "kv-store get"],
    ["send-command", ["hello", "exec"], "sending commands to a service"],
    ["send-config", [], "sending a configuration to collectd"],
  ])("%s %j is not there yet, and says so", async (name, argv, what) => {
    expect(await as(name, ...argv)).toEqual({
      exit: 1,
      stdout: "",
      stderr: `${name}: ${what} is not there yet\n`,
    });
  });

  it("is no command of ours yet: else its line goes from the list", () => {
    const names = commandEntries.flatMap(({ name, alias = name }) => [name, alias]);
    const absent = names.filter((name) =>
      olderNames
        .filter((older) => !older.startsWith("send-"))
        .some((older) => calledWords(older, name.split(" ")).kind === "absent"),
    );
    expect(absent).toEqual([]);
  });
});

describe("the same words", () => {
  it.each([
    ["happo-agent", ["add", "-g", "G", "-i", "10.0.0.1"]],
    ["happo-agent", ["--log-level", "info", "daemon", "-A", "10.0.0.0/8"]],
    ["opsbro", ["agent", "info"]],
    ["opsbro", ["collectors", "show"]],
    ["opsbro", ["agent", "start"]],
    ["yagura", ["gossip", "members"]],
  ])("%s %j", (name, argv) => {
    expect(calledWords(name, argv)).toMatchObject({ kind: "words", words: argv });
  });

  it.each([
    [
      ["monitor", "-H", "a", "-p", "check_load"],
      ["check", "-H", "a", "-p", "check_load"],
    ],
    [
      ["monitor", "--plugin_name", "x", "--plugin_option=-w 1"],
      ["check", "--plugin", "x", "--options=-w 1"],
    ],
    [
      ["-H", "a", "-o", "--plugin_names"],
      ["check", "-H", "a", "-o", "--plugin_names"],
    ],
    [[], ["check", "--help"]],
  ])("check_happo %j", (argv, words) => {
    expect(calledWords("check_happo", argv)).toEqual({ kind: "words", words });
  });
});
