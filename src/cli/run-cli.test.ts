// From words to commands: help, version, unknown words, and that nothing is ever thrown (contract happo §1.1).
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { run } from "../../test/support/cli.ts";
import { directoryOfTest } from "../../test/support/temporary.ts";
import { commandEntries } from "./commands/index.ts";

const here = fileURLToPath(new URL(".", import.meta.url));

describe("help and version", () => {
  it.each([
    [[]],
    [["-h"]],
    [["--help"]],
    [["-help"]],
    [["help"]],
    [["h"]],
    [["--log-level", "debug"]],
    [["--version=false"]],
  ])("%j shows the help of the program", async (argv) => {
    const { exit, stdout, stderr } = await run(argv);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
    expect(stdout).toMatch(/^Usage: yagura \[options\] \[command\]\n/);
    for (const { name } of commandEntries) expect(stdout).toContain(name.split(" ")[0]);
  });

  it.each([[["-v"]], [["--version"]], [["-version"]], [["--log-level=info", "-v"]]])(
    "%j shows the version",
    async (argv) => {
      expect(await run(argv)).toEqual({ exit: 0, stdout: "yagura version 1.2.3\n", stderr: "" });
    },
  );

  it.each(commandEntries.flatMap(({ name, alias }) => (alias === undefined ? [name] : [name, alias])))(
    "'%s' has the same help three ways, with two examples",
    async (name) => {
      const words = name.split(" ");
      const texts = await Promise.all([
        run([...words, "-h"]),
        run([...words, "--help"]),
        run(["help", ...words]),
      ]);
      for (const text of texts) expect(text).toEqual({ exit: 0, stdout: texts[0]?.stdout, stderr: "" });
      expect(texts[0]?.stdout).toMatch(new RegExp(`^Usage: yagura ${name} `));
      expect(texts[0]?.stdout.match(/^ {2}\$ /gm)).toHaveLength(2);
    },
  );

  it.each(["config", "commands", "certificate", "agent", "packs", "packs parameters", "agent parameters"])(
    "the noun '%s' lists its verbs, and is no command",
    async (noun) => {
      const words = noun.split(" ");
      const shown = await run([...words, "-h"]);
      expect(shown).toEqual(await run(["help", ...words]));
      expect(shown.stdout).toMatch(new RegExp(`^Usage: yagura ${noun} `));
      expect(shown.stdout.match(/^ {2}\$ /gm)).toHaveLength(2);
      expect(shown.exit).toBe(0);
      expect(await run(words)).toEqual({ ...shown, exit: 2 });
    },
  );

  it("takes no offence at further words", async () => {
    expect(await run(["help", "config", "check", "x"])).toEqual(await run(["config", "check", "-h"]));
    expect((await run(["help", "config", "x"])).exit).toBe(2);
  });

  it("names default and variable of each flag", async () => {
    const { stdout } = await run(["add", "-h"], { columns: 200 });
    expect(stdout).toMatch(/-P, --port <PORT> .*\(default: 6777, env: HAPPO_AGENT_PORT\)/);
    expect(stdout).toMatch(/-g, --group_name <GROUP\[!SUBGROUP\]> .*\(env: HAPPO_AGENT_GROUP_NAME\)/);
  });
});

describe("words that mean nothing", () => {
  it.each([
    [["bogus"], "bogus", undefined],
    [["deamon", "-P", "1"], "deamon", "daemon"],
    [["config", "chek"], "config chek", "config check"],
    [["help", "statsu"], "statsu", "status"],
    [["confg"], "confg", "config"],
    [["packs", "parametres", "get", "x"], "packs parametres", "packs parameters"],
    [["packs", "parameters", "gett"], "packs parameters gett", "packs parameters get"],
    [["help", "agent", "parameters", "x"], "agent parameters x", "agent parameters"],
    [["\u001b[2J"], "\\u001b[2J", undefined],
    [["__proto__"], "__proto__", undefined],
  ])("%j", async (argv, shown, near) => {
    const complaint = `yagura: '${shown}' is not a yagura command. See 'yagura --help'.\n`;
    const hint = near === undefined ? "" : `did you mean '${near}'?\n`;
    expect(await run(argv)).toEqual({ exit: 2, stdout: "", stderr: complaint + hint });
  });

  it.each([
    [["--bogus"], "", "flag provided but not defined: -bogus"],
    [["--log-level"], "", "flag needs an argument: -log-level"],
    [["daemon", "-bogus"], "daemon ", "flag provided but not defined: -bogus"],
    [["agent", "start", "-P", "x"], "agent start ", 'invalid value "x" for flag -P: not an integer'],
    [["check", "-H"], "check ", "flag needs an argument: -H"],
    [["is_added", "-H", "h"], "is_added ", "flag provided but not defined: -H"],
  ])("%j", async (argv, name, reason) => {
    const { exit, stdout, stderr } = await run(argv);
    expect(stdout.startsWith(`Incorrect Usage.\n\nUsage: yagura ${name}[options]`)).toBe(true);
    expect({ exit, stderr }).toEqual({ exit: 2, stderr: `yagura: ${reason}\n` });
  });

  it.each([
    [["status", "--jso"], "Did you mean --json?"],
    [["status", "extra"], "too many arguments"],
    [["certificate", "create", "--days", "x"], "It is not an integer."],
    [["certificate", "create"], "--out DIR is missing"],
    [["complete", "tcsh"], "name a shell: bash, zsh, fish"],
    [["complete"], "name a shell: bash, zsh, fish"],
  ])("%j is wrong usage", async (argv, reason) => {
    const { exit, stdout, stderr } = await run(argv);
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: "" });
    expect(stderr).toContain(reason);
  });
});

it("has a line in the list for each file of a command, under the command's own name", async () => {
  const files = readdirSync(join(here, "commands")).filter((file) => !/^index\.ts$|\.test\.ts$/.test(file));
  expect(commandEntries).toHaveLength(files.length);
  for (const entry of commandEntries) {
    const { command } = await entry.load();
    expect(files).toContain(`${entry.name.replace(/[ _]/g, "-")}.ts`);
    expect([command.name, command.alias]).toEqual([entry.name, entry.alias]);
  }
});

/** Modules and packages that a file loads at once: what it imports, without types and without `await import`. */
function loadedBy(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const text = readFileSync(file, "utf8");
  for (const [, what = "", from = ""] of text.matchAll(/^(?:im|ex)port ([^;]*?)\s*from "([^"]+)";/gm)) {
    const typesOnly = what.startsWith("type ") || /^\{(\s*type [^,}]+,?)+\s*\}$/.test(what);
    if (typesOnly) continue;
    if (from.startsWith(".")) loadedBy(resolve(dirname(file), from), seen);
    else seen.add(from);
  }
  return seen;
}

describe("what is loaded", () => {
  it.each(["index.ts", "commands/check.ts"])("%s loads neither packages nor the configuration", (file) => {
    const loaded = [...loadedBy(join(here, file))];
    expect(loaded.length).toBeGreaterThan(5);
    expect(
      loaded.filter(
        (one) =>
          !one.startsWith(here) && !/^node:|\/kernel\/|\/(http-client|connect|host-names)\.ts/.test(one),
      ),
    ).toEqual([]);
  });

  it("the daemon loads no client", () => {
    const loaded = [...loadedBy(join(here, "commands/daemon.ts"))].join("\n");
    expect(loaded).toMatch(/config\/index\.ts/);
    expect(loaded).not.toMatch(/commander|http-client|-client\.ts|@bomb/);
  });
});

describe("whatever is typed", () => {
  const words = commandEntries
    .flatMap(({ name }) => name.split(" "))
    // Half a minute, as nobody is there to wait for.
    .filter((one) => one !== "wait-initialized");
  const flags = [
    "-P",
    "--port=1",
    "-v",
    "-h",
    "--",
    "-",
    "",
    "--json",
    "--log-level",
    "--force",
    "bash",
    "help",
  ];
  const word = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...words) },
    { weight: 2, arbitrary: fc.constantFrom(...flags) },
    // Flags that would write files or ask other hosts have tests of their own.
    fc.string({ unit: "binary" }).filter((text) => !/^--?(h|H|X|e|o|u|c|t)/.test(text)),
  );

  it("comes to an exit code and never to an exception", { timeout: 60_000 }, async () => {
    const before = process.cwd();
    const directory = directoryOfTest();
    mkdirSync(join(directory, "work"));
    process.chdir(join(directory, "work"));
    try {
      await fc.assert(
        fc.asyncProperty(fc.array(word, { maxLength: 5 }), async (argv) => {
          const { exit } = await run(argv, { environment: { YAGURA_HOME: directory } });
          expect([0, 1, 2, 69, 77, 78]).toContain(exit);
        }),
        { numRuns: 200 },
      );
    } finally {
      process.chdir(before);
    }
  });

  it("a fault of the program itself says where it is", async () => {
    const startAgent = () => Promise.reject(new TypeError("x is not y"));
    const { exit, stderr } = await run(["daemon", "--home", directoryOfTest()], { startAgent });
    expect(exit).toBe(1);
    expect(stderr).toMatch(/^yagura: internal error: TypeError: x is not y\n +at /);
  });
});
