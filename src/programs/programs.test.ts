import { execFileSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { testContext } from "../../test/support/context.ts";
import { directoryOfTest, writeScript } from "../../test/support/temporary.ts";
import { type Programs, programsModule } from "./index.ts";

type Settings = Record<string, unknown>;

async function start(
  directory: string,
  settings: Settings = {},
  variables: NodeJS.ProcessEnv = {},
): Promise<Programs> {
  const config = programsModule.config.parse({
    paths: [directory],
    deadline: "5s",
    kill_after: "1s",
    ...settings,
  });
  const needs = { ...testContext(), shippedPrograms: "/nonexistent", variables };
  const programs = await programsModule.start(config, needs);
  onTestFinished(() => programs.stop());
  return programs;
}

async function elapsedMs(work: Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work;
  return performance.now() - began;
}

function isAlive(pid: number): boolean {
  const status = `/proc/${pid}/status`;
  return existsSync(status) && !/^State:\s+Z/m.test(readFileSync(status, "utf8"));
}

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; !condition(); tries += 1) {
    if (tries > 300) throw new Error("it never came true");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe.each(["posix_spawn", "node"] as const)("with the engine %s", (engine) => {
  it("says which engine it is", async () => {
    expect((await start("/usr/bin", { engine })).engine).toBe(engine);
  });

  it("keeps the two outputs apart, and the status", async () => {
    const directory = directoryOfTest();
    writeScript(directory, "both", "echo out; echo err >&2; exit 3");
    const programs = await start(directory, { engine });
    expect(await programs.check({ name: "both", option: "-w 1" })).toEqual({
      command: `${directory}/both -w 1`,
      timedOut: false,
      status: 3,
      stdout: "out\n",
      stderr: "err\n",
      cut: false,
    });
  });

  it("lets what runs because of how it was judged take so much memory, and no more", async () => {
    const directory = directoryOfTest();
    const path = writeScript(
      directory,
      "limit",
      "until [ $(ulimit -v) != unlimited ]; do :; done; ulimit -v",
    );
    const programs = await start(directory, { engine });
    expect((await programs.check({ name: "limit", option: "", path })).stdout).toBe("524288\n");
    writeScript(directory, "free", "ulimit -v");
    expect((await programs.check({ name: "free", option: "" })).stdout).toBe("unlimited\n");
  });

  it("joins the outputs in the order of writing", async () => {
    const programs = await start(directoryOfTest(), { engine });
    const option = "-c 'echo 1; echo 2 >&2; echo 3; echo 4 >&2'";
    const { stdout, stderr } = await programs.system({ name: "bash", option, merged: true });
    expect({ stdout, stderr }).toEqual({ stdout: "1\n2\n3\n4\n", stderr: "" });
  });

  it("hands words over as they are, with a clean environment and nothing to read", async () => {
    const directory = directoryOfTest();
    writeScript(
      directory,
      "tell",
      `for a; do printf '[%s]' "$a"; done; cat; env | cut -d= -f1 | sort | tr '\\n' ' '`,
    );
    const programs = await start(directory, { engine, environment: { SITE: "tokyo" } });
    const { stdout } = await programs.check({ name: "tell", option: `-w "a b" '$(id)' ""` });
    expect(stdout).toBe("[-w][a b][$(id)][]HOME LANG PATH PWD SITE USER ");
  });

  it("gives the agent's own variables only where the operator says so, and never those meant for it alone", async () => {
    const directory = directoryOfTest();
    writeScript(
      directory,
      "tell",
      'echo "$RUBYLIB $PATH $HOME $SITE $(printenv YAGURA_X NOTIFY_SOCKET || echo none)"',
    );
    const variables = {
      ...{ RUBYLIB: "/opt/lib", PATH: "/opt/bin:/bin:/usr/bin", HOME: "/opt/home", SITE: "kyoto" },
      ...{ YAGURA_X: "x", NOTIFY_SOCKET: "/run/n" },
    };
    const settings = { engine, environment: { SITE: "tokyo" } };
    const told = async (more: Settings) => {
      const programs = await start(directory, { ...settings, ...more }, variables);
      return (await programs.check({ name: "tell", option: "" })).stdout;
    };
    expect(await told({})).not.toContain("/opt");
    expect(await told({ inherit_environment: true })).toBe(
      "/opt/lib /opt/bin:/bin:/usr/bin /opt/home tokyo none\n",
    );
  });

  it("tells of a signal as a shell does", async () => {
    const directory = directoryOfTest();
    writeScript(directory, "die", "echo before; kill -$1 $$");
    const programs = await start(directory, { engine });
    const { status, stdout, stderr } = await programs.check({ name: "die", option: "9" });
    expect({ status, stdout, stderr }).toEqual({ status: 137, stdout: "before\n", stderr: "Killed\n" });
    expect((await programs.check({ name: "die", option: "11" })).stderr).toBe("Segmentation fault\n");
  });

  it("answers 126 and 127 as a shell does where nothing can be run", async () => {
    const directory = directoryOfTest();
    writeScript(directory, "plain", "echo no", 0o644);
    mkdirSync(join(directory, "folder"));
    writeFileSync(join(directory, "lost"), "#!/nonexistent/interpreter\n", { mode: 0o755 });
    const programs = await start(directory, { engine });
    const answers = await Promise.all(
      ["plain", "folder", "lost", "gone", "../../bin/echo", "a\nb"].map((name) =>
        programs.check({ name, option: "" }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual([126, 126, 127, 127, 127, 127]);
    expect(answers[0]?.stderr).toBe(`/bin/sh: 1: ${directory}/plain: Permission denied\n`);
    expect(answers[3]?.stderr).toBe(`/bin/sh: 1: ${directory}/gone: not found\n`);
  });

  it("gives a script without an interpreter line to sh", async () => {
    const directory = directoryOfTest();
    writeFileSync(join(directory, "bare"), "echo bare $1\n", { mode: 0o755 });
    const programs = await start(directory, { engine });
    expect((await programs.check({ name: "bare", option: "x" })).stdout).toBe("bare x\n");
  });

  it("ends a program that ignores TERM, with its children, and answers on time", async () => {
    const directory = directoryOfTest();
    const pids = join(directory, "pids");
    writeScript(
      directory,
      "stubborn",
      `trap '' TERM; sleep 60 & echo $! $$ > ${pids}; while :; do sleep 1; done`,
    );
    const programs = await start(directory, { engine, deadline: "300ms", kill_after: "300ms" });
    const outcome = programs.check({ name: "stubborn", option: "8" });
    // Its children sleep for a minute.
    expect(await elapsedMs(outcome)).toBeLessThan(20_000);
    expect(await outcome).toMatchObject({ timedOut: true, command: `${directory}/stubborn 8` });
    const [child = 0, leader = 0] = readFileSync(pids, "utf8").trim().split(" ").map(Number);
    await until(() => !isAlive(child) && !isAlive(leader));
    expect(programs.leaked).toBe(0);
  });

  it("waits for the last holder of the outputs, then ends it", async () => {
    const directory = directoryOfTest();
    writeScript(directory, "forks", `sleep 60 & echo $! > ${directory}/pid; echo started`);
    const programs = await start(directory, { engine, deadline: "400ms", kill_after: "200ms" });
    expect(await programs.check({ name: "forks", option: "" })).toMatchObject({
      timedOut: true,
      stdout: "started\n",
    });
    await until(() => !isAlive(Number(readFileSync(`${directory}/pid`, "utf8"))));
  });

  it("an own command has ended when it has, whoever holds its outputs, and what it left stays", async () => {
    const directory = directoryOfTest();
    writeScript(
      directory,
      "restart",
      `sleep 60 & echo $! > ${directory}/pid; echo started; echo odd >&2; exit 1`,
    );
    const programs = await start(directory, { engine, deadline: "25s" });
    const line = `${directory}/restart`;
    for (const run of [() => programs.own({ name: line, option: "" }), () => programs.ownLine({ line })]) {
      expect(await run()).toMatchObject({ timedOut: false, status: 1, stdout: "started\n", stderr: "odd\n" });
      const pid = Number(readFileSync(`${directory}/pid`, "utf8"));
      expect(isAlive(pid)).toBe(true);
      process.kill(pid);
      await until(() => !existsSync(`/proc/${pid}`));
    }
  });

  it("does not wait for a child that closed the outputs", async () => {
    const directory = directoryOfTest();
    writeScript(directory, "daemon", "sleep 60 >/dev/null 2>&1 & echo started");
    const programs = await start(directory, { engine });
    expect(await elapsedMs(programs.check({ name: "daemon", option: "" }))).toBeLessThan(20_000);
  });

  it("waits for a program that closed its outputs early", async () => {
    const directory = directoryOfTest();
    writeScript(directory, "early", "echo x; exec >&- 2>&-; sleep 0.3; exit 2");
    const programs = await start(directory, { engine });
    expect(await programs.check({ name: "early", option: "" })).toMatchObject({ status: 2, stdout: "x\n" });
  });

  it("keeps a megabyte of a gigabyte and says that it cut", async () => {
    const programs = await start(directoryOfTest(), { engine, deadline: "60s" });
    const option = "-c 'head -c 1073741824 /dev/zero | tr \"\\\\0\" x; exit 1'";
    const { status, stdout } = await programs.system({ name: "sh", option });
    expect(status).toBe(1);
    expect(stdout).toHaveLength((1 << 20) + "\n[output cut at 1048576 bytes]\n".length);
    expect(stdout.endsWith("x\n[output cut at 1048576 bytes]\n")).toBe(true);
  });

  it("ends everything at a deadline of zero", async () => {
    const programs = await start(directoryOfTest(), { engine, deadline: "0s" });
    expect((await programs.system({ name: "true", option: "" })).timedOut).toBe(true);
  });

  it("leaves no zombie and no descriptor behind", async () => {
    const programs = await start(directoryOfTest(), { engine });
    const descriptors = () =>
      execFileSync("ls", [`/proc/${process.pid}/fd`])
        .toString()
        .split("\n").length;
    await programs.system({ name: "true", option: "" });
    const before = descriptors();
    await Promise.all(Array.from({ length: 200 }, () => programs.system({ name: "true", option: "" })));
    await until(() => descriptors() <= before);
    const children = execFileSync("ps", ["-o", "stat=", "--ppid", String(process.pid)]).toString();
    expect(children).not.toMatch(/Z/);
  });

  it("kills what runs when it stops", async () => {
    const directory = directoryOfTest();
    writeScript(directory, "long", `echo $$ > ${directory}/pid; exec sleep 60`);
    const programs = await start(directory, { engine });
    const outcome = programs.check({ name: "long", option: "" });
    await until(() => existsSync(`${directory}/pid`) && readFileSync(`${directory}/pid`, "utf8") !== "");
    await programs.stop();
    expect((await outcome).timedOut).toBe(true);
    await until(() => !isAlive(Number(readFileSync(`${directory}/pid`, "utf8"))));
  });
});

describe("limits", () => {
  it("runs at most so many at once, lets others wait, and refuses the rest", async () => {
    const programs = await start(directoryOfTest(), { at_once: 2, queue: 2 });
    const all = await Promise.allSettled(
      Array.from({ length: 5 }, () => programs.system({ name: "sleep", option: "0.3" })),
    );
    expect(all.map(({ status }) => status)).toEqual([
      "fulfilled",
      "fulfilled",
      "fulfilled",
      "fulfilled",
      "rejected",
    ]);
    expect(all[4]).toMatchObject({ reason: { code: "program.no-place" } });
    expect(programs.running).toBe(0);
  });

  it("refuses an option that needs a shell, unless there is one", async () => {
    const without = await start(directoryOfTest());
    await expect(without.system({ name: "echo", option: "a; id" })).rejects.toMatchObject({
      code: "program.option",
    });
    const directory = directoryOfTest();
    writeScript(directory, "say", 'echo "$@"');
    const withShell = await start(directory, { shell: true });
    expect((await withShell.check({ name: "say", option: "a; echo $((1+1))" })).stdout).toBe("a\n2\n");
    await expect(withShell.check({ name: "say", option: "a\0b" })).rejects.toMatchObject({
      code: "program.option",
    });
  });

  it("refuses a program that others may write", async () => {
    const directory = directoryOfTest();
    writeScript(directory, "open", "echo owned", 0o777);
    const programs = await start(directory);
    expect(await programs.check({ name: "open", option: "" })).toMatchObject({ status: 126, stdout: "" });
    writeScript(directory, "closed", "echo fine");
    chmodSync(directory, 0o777);
    expect(await programs.check({ name: "closed", option: "" })).toMatchObject({ status: 126, stdout: "" });
  });

  it.runIf(process.getuid?.() === 0)(
    "refuses what belongs to another user, and says what mends it",
    async () => {
      const directory = directoryOfTest();
      const path = writeScript(directory, "his", "echo owned");
      const programs = await start(directory);
      const ask = async (name: string) => await programs.own({ name, option: "" });
      expect((await ask("his")).stdout).toBe("owned\n");
      chownSync(path, 12_346, 0);
      expect(await ask("his")).toMatchObject({
        status: 126,
        stdout: "",
        stderr: `/bin/sh: 1: ${path}: Refused: ${path} belongs to the user 12346; run: chown root: ${path}\n`,
      });
      expect(await ask(path)).toMatchObject({ status: 126 });
      writeScript(directory, "ours", "echo ours");
      symlinkSync("his", join(directory, "link"));
      expect(await ask("link")).toMatchObject({ status: 126, stdout: "" });
      chownSync(directory, 12_346, 0);
      expect((await ask("ours")).stderr).toContain(`${directory} belongs to the user 12346`);
    },
  );

  it.runIf(process.getuid?.() === 0)(
    "refuses what another user could put in place of a directory above",
    async () => {
      const above = directoryOfTest();
      const directory = join(above, "plugins");
      mkdirSync(directory);
      writeScript(directory, "ours", "echo ours");
      chownSync(above, 12_346, 0);
      const programs = await start(directory);
      expect((await programs.check({ name: "ours", option: "" })).stderr).toContain(`${above} belongs to`);
    },
  );

  it("takes the first directory that has the name, and lists what can be run", async () => {
    const [first, second] = [directoryOfTest(), directoryOfTest()];
    writeScript(first, "check_a", "echo first");
    writeScript(second, "check_a", "echo second");
    writeScript(second, "check_b", "echo b");
    writeScript(second, "notes.txt", "echo no", 0o644);
    const programs = await start(first, { paths: [first, second] });
    expect((await programs.check({ name: "check_a", option: "" })).stdout).toBe("first\n");
    expect(programs.checks.list()).toEqual([
      { name: "check_a", path: `${first}/check_a` },
      { name: "check_b", path: `${second}/check_b` },
    ]);
  });
});
