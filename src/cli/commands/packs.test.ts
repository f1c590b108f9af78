// packs and agent parameters: on the files of packs and of a configuration directory of opsbro.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { run } from "../../../test/support/cli.ts";
import { startServer } from "../../../test/support/https-stub.ts";
import { directoryOfTest } from "../../../test/support/temporary.ts";
import { packsConfig } from "../../config/index.ts";

const sections = async () => [{ key: "packs", schema: packsConfig }];
const at = (home: string) => ({
  run: (...argv: string[]) => run([...argv, "--home", home], { sections }),
});

describe("packs", () => {
  it("are listed with their levels, and the one that counts", async () => {
    const home = directoryOfTest();
    const { stdout, stderr, exit } = await at(home).run("packs", "list");
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
    expect(stdout).toMatch(/^linux +core +counts +/m);
    await at(home).run("packs", "overload", "core.linux");
    const again = (await at(home).run("packs", "list")).stdout;
    expect(again).toMatch(/^linux +core +hidden by local +.*\nlinux +local +counts +/m);
    const list = JSON.parse((await at(home).run("packs", "list", "--json")).stdout) as object[];
    expect(list).toContainEqual(expect.objectContaining({ name: "linux", level: "local", winning: true }));
  });

  it("say what is wrong with them on standard error", async () => {
    const home = directoryOfTest();
    mkdirSync(join(home, "local-configuration/packs/bad"), { recursive: true });
    const { stderr, exit } = await at(home).run("packs", "list");
    expect(exit).toBe(0);
    expect(stderr).toMatch(/there is no package.yml in it/);
  });

  it("are shown with what they bring", async () => {
    const { stdout } = await at(directoryOfTest()).run("packs", "show", "core.redis");
    expect(stdout).toMatch(/^core\.redis\n {2}directory +\S+\/packs\/redis\n/);
    expect(stdout).toMatch(/^ {2}check +redis\/redis$/m);
    expect(stdout).toMatch(/^ {2}parameter +port → 6379$/m);
  });

  it("are overloaded, edited and read again; older scripts say global for core", async () => {
    const home = directoryOfTest();
    const { run: yagura } = at(home);
    const refused = await yagura("packs", "parameters", "set", "core.redis.port", "1");
    expect(refused).toMatchObject({ exit: 2, stdout: "" });
    expect(refused.stderr).toMatch(/copy it first: yagura packs overload core\.redis\n$/);
    const made = await yagura("packs", "overload", "global.redis");
    expect(made).toMatchObject({ exit: 0, stdout: `${home}/local-configuration/packs/redis\n` });
    const set = await yagura("packs", "parameters", "set", "local.redis.port", "6380");
    expect(set).toMatchObject({ exit: 0, stdout: "SET port → 6380\n" });
    const file = readFileSync(
      join(home, "local-configuration/packs/redis/parameters/parameters.yml"),
      "utf8",
    );
    expect(file).toMatch(/^port: 6380$/m);
    expect(file).toMatch(/# CHANGE: \(.*\) SET port → 6380\n$/);
    const get = async (address: string) => (await yagura("packs", "parameters", "get", address)).stdout;
    expect(await get("local.redis.port")).toBe("local.redis.port → 6380\n");
    expect(await get("global.redis.port")).toBe("global.redis.port → 6379\n");
    expect((await yagura("packs", "show", "local.redis")).stdout).toContain("port → 6380");
    expect((await yagura("packs", "show", "local.redis")).stdout).toContain("shipped: 6379");
    await yagura("packs", "overload", "local.redis", "--to-level", "global").then(({ exit }) => {
      expect(exit).toBe(2);
    });
  });

  it("of the level global are meant where there is one", async () => {
    const home = directoryOfTest();
    const { run: yagura } = at(home);
    await yagura("packs", "overload", "core.redis", "--to-level", "global");
    await yagura("packs", "parameters", "set", "global.redis.port", "7000");
    const { stdout } = await yagura("packs", "parameters", "get", "global.redis.port", "--json");
    expect(JSON.parse(stdout)).toMatchObject({ value: 7000 });
  });

  it.each([
    [["packs", "show", "core.redsi"], /did you mean core\.redis\?/],
    [["packs", "overload", "core.redis", "--to-level", "core"], /--to-level is none of/],
    [["packs", "parameters", "get", "core.redis"], /names no parameter|there is no pack/],
    [["packs", "parameters", "get", "core.redis.nope"], /there is no "nope"/],
    [["packs", "parameters", "set", "core.redis.port"], /missing required argument/],
  ])("%j is wrong usage", async (argv, reason) => {
    const { exit, stdout, stderr } = await at(directoryOfTest()).run(...argv);
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: "" });
    expect(stderr).toMatch(reason);
  });
});

function opsbroDirectory(text = 'display_name: ""\ngroups: [a]\nseeds: []\nencryption_key: ""\n'): string {
  const directory = directoryOfTest();
  writeFileSync(join(directory, "agent.yml"), text);
  return directory;
}

describe("agent parameters", () => {
  const parameters = (directory: string, home: string, ...words: string[]) =>
    run(["agent", "parameters", ...words, "--cfg-dir", directory, "--home", home]);
  const fileOf = (directory: string) => readFileSync(join(directory, "agent.yml"), "utf8");

  it("are set, shown and read", async () => {
    const directory = opsbroDirectory();
    const home = directoryOfTest();
    const set = await parameters(directory, home, "set", "display_name", "web1");
    expect(set).toMatchObject({ exit: 0, stdout: "SET display_name → web1\n" });
    expect(fileOf(directory)).toMatch(/^display_name: web1$/m);
    expect((await parameters(directory, home, "get", "display_name")).stdout).toBe("display_name → web1\n");
    const shown = JSON.parse((await parameters(directory, home, "show", "--json")).stdout) as object;
    expect(shown).toEqual({ display_name: "web1", groups: ["a"], seeds: [], encryption_key: "" });
  });

  it("show no secret", async () => {
    const directory = opsbroDirectory("encryption_key: NGYyZjA3MGQ0NGU1NGM3Mg==\n");
    const { stdout } = await parameters(directory, directoryOfTest(), "show");
    expect(stdout).toBe("encryption_key  ***\n");
  });

  it("that are lists are changed by item; without an agent that is all", async () => {
    const directory = opsbroDirectory();
    const home = directoryOfTest();
    const added = await parameters(directory, home, "add", "groups", "b");
    expect(added).toMatchObject({ exit: 0, stdout: "ADD groups → b\n" });
    expect(added.stderr).toMatch(/no agent runs here/);
    await parameters(directory, home, "remove", "groups", "a");
    expect(fileOf(directory)).toMatch(/^groups: \[\s?b\s?\]$/m);
    const seed = await parameters(directory, home, "add", "seeds", "host2");
    expect(seed).toMatchObject({ exit: 0, stderr: "it counts from the agent's next start on\n" });
  });

  it("that are groups are told to a running agent, with and without a file", async () => {
    const home = directoryOfTest();
    const agent = await startServer({ socketPath: join(home, "agent.sock") });
    try {
      agent.reply({ status: 200, body: "true" });
      const filed = await parameters(opsbroDirectory(), home, "add", "groups", "a/b");
      expect(filed).toEqual({ exit: 0, stdout: "ADD groups → a/b\nthe running agent has it\n", stderr: "" });
      expect(agent.asked.at(-1)).toMatchObject({ url: "/agent/parameters/add/groups/a%2Fb" });
      agent.reply({ status: 200, body: "false" });
      const bare = await run(["agent", "parameters", "remove", "groups", "b", "--home", home]);
      expect(bare).toMatchObject({ exit: 0, stdout: "the running agent had it already\n" });
      expect(bare.stderr).toContain(`${home}/yagura.yaml, is edited by hand`);
      agent.reply({ status: 401, body: "" });
      expect((await parameters(opsbroDirectory(), home, "add", "groups", "c")).exit).toBe(77);
    } finally {
      await agent.stop();
    }
  });

  it.each([
    [["set", "groups", "x"], /groups is a list; use add and remove/],
    [["add", "display_name", "x"], /is not a list/],
    [["set", "nope", "x"], /there is no "nope"/],
  ])("%j does not fit", async (words, reason) => {
    const ran = await parameters(opsbroDirectory(), directoryOfTest(), ...words);
    expect(ran).toMatchObject({ exit: 2, stdout: "" });
    expect(ran.stderr).toMatch(reason);
  });

  it("need a directory, and say what else there is", async () => {
    const bare = await run(["agent", "parameters", "show", "--home", "/nonexistent"]);
    expect(bare.exit).toBe(2);
    expect(bare.stderr).toMatch(/--cfg-dir; .*\/nonexistent\/yagura\.yaml, is edited by hand/);
    const empty = await parameters(directoryOfTest(), directoryOfTest(), "show");
    expect(empty).toMatchObject({ exit: 2 });
    expect(empty.stderr).toMatch(/neither agent\.yml nor local\.yml/);
  });
});
