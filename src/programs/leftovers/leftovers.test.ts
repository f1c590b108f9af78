// Real programs whose children leave their group, their session and their parents.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { testContext } from "../../../test/support/context.ts";
import { fakeClock } from "../../../test/support/fake-clock.ts";
import { directoryOfTest, writeScript } from "../../../test/support/temporary.ts";
import { type Programs, programsModule } from "../index.ts";
import { loadLibc } from "../libc.ts";
import { childPids, childProcess } from "./child-processes.ts";
import { Leftovers } from "./leftovers.ts";

async function start(directory: string, settings: Record<string, unknown> = {}): Promise<Programs> {
  const given = { paths: [directory], deadline: "5s", kill_after: "300ms", ...settings };
  const config = programsModule.config.parse(given);
  const programs = await programsModule.start(config, { ...testContext(), shippedPrograms: "/nonexistent" });
  onTestFinished(() => programs.stop());
  return programs;
}

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; !condition(); tries += 1) {
    if (tries > 500) throw new Error("it never came true");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function isAlive(pid: number): boolean {
  return childProcess(pid)?.isZombie === false;
}

const zombies = () => (childPids() ?? []).filter((pid) => childProcess(pid)?.isZombie);

/** Writes to `pids` in its directory; ends when the test does, if nobody ended it before. */
function pidsIn(directory: string): number[] {
  const path = join(directory, "pids");
  const pids = existsSync(path)
    ? readFileSync(path, "utf8").trim().split("\n").filter(Boolean).map(Number)
    : [];
  onTestFinished(() => {
    for (const pid of pids) if (isAlive(pid)) process.kill(pid, "SIGKILL");
  });
  return pids;
}

/** A line of sh that leaves a process which nobody of the program's group is the parent of. */
function leave(directory: string, how = "setsid"): string {
  return `(${how} sh -c 'echo $$ >> ${directory}/pids; exec sleep 300' >/dev/null 2>&1 &)`;
}

const waitFor = (directory: string, count: number) =>
  `while [ "$(cat ${directory}/pids 2>/dev/null | wc -l)" -lt ${count} ]; do sleep 0.02; done`;

const thirty = (directory: string) =>
  `for i in $(seq 30); do ${leave(directory)}; done; ${waitFor(directory, 30)}`;

describe.each(["posix_spawn", "node"] as const)("with the engine %s", (engine) => {
  it("thirty that left are ended at the deadline", async () => {
    const directory = directoryOfTest();
    writeScript(directory, "late", `${thirty(directory)}; sleep 300`);
    const programs = await start(directory, { engine, deadline: "2s" });
    expect((await programs.check({ name: "late", option: "" })).timedOut).toBe(true);
    const pids = pidsIn(directory);
    expect(pids).toHaveLength(30);
    await until(() => !pids.some(isAlive));
    await until(() => zombies().length === 0);
    expect(programs.leaked).toBe(0);
  });

  it("thirty that left are ended after a check that ended by itself", async () => {
    const directory = directoryOfTest();
    writeScript(directory, "quick", `${thirty(directory)}; echo done`);
    const programs = await start(directory, { engine });
    expect(await programs.check({ name: "quick", option: "" })).toMatchObject({
      status: 0,
      stdout: "done\n",
    });
    const pids = pidsIn(directory);
    expect(pids).toHaveLength(30);
    await until(() => !pids.some(isAlive));
  });

  it.each([
    ["with an empty environment", "env -i setsid"],
    ["in sessions within sessions", "setsid sh -c 'setsid sleep 300 & exec \"$@\"' x"],
    ["that only left its parent", ""],
  ])("one that left %s is ended", async (_, how) => {
    const directory = directoryOfTest();
    writeScript(directory, "quick", `${leave(directory, how)}; ${waitFor(directory, 1)}`);
    const programs = await start(directory, { engine });
    const before = childPids() ?? [];
    await programs.check({ name: "quick", option: "" });
    const [pid = 0] = pidsIn(directory);
    await until(() => !isAlive(pid));
    await until(() => (childPids() ?? []).every((child) => before.includes(child)));
  });

  it.runIf(process.getuid?.() === 0)("one that left as another user is ended", async () => {
    const directory = directoryOfTest();
    chmodSync(directory, 0o755);
    writeFileSync(join(directory, "pids"), "");
    chmodSync(join(directory, "pids"), 0o666);
    writeScript(directory, "quick", `${leave(directory)}; ${waitFor(directory, 1)}`);
    const programs = await start(directory, { engine });
    expect(await programs.check({ name: "quick", option: "", user: "nobody" })).toMatchObject({ status: 0 });
    const [pid = 0] = pidsIn(directory);
    expect(pid).toBeGreaterThan(0);
    await until(() => !isAlive(pid));
  });

  it("a daemon of the operator's own command stays, also when the agent stops", async () => {
    const directory = directoryOfTest();
    writeScript(directory, "restart", `${leave(directory)}; ${waitFor(directory, 1)}`);
    writeScript(directory, "other", `(setsid sleep 300 >/dev/null 2>&1 & echo $! > ${directory}/other.pid)`);
    const programs = await start(directory, { engine });
    await programs.own({ name: "restart", option: "" });
    await programs.ownLine({ line: `${leave(directory)}; ${waitFor(directory, 2)}` });
    const pids = pidsIn(directory);
    expect(pids).toHaveLength(2);
    await programs.check({ name: "other", option: "" });
    await until(() => !isAlive(Number(readFileSync(`${directory}/other.pid`, "utf8"))));
    expect(pids.every(isAlive)).toBe(true);
    await programs.stop();
    expect(pids.every(isAlive)).toBe(true);
    for (const pid of pids) process.kill(pid, "SIGKILL");
  });

  it("a daemon of the operator's own command that dies later is reaped", async () => {
    const directory = directoryOfTest();
    const programs = await start(directory, { engine });
    await programs.ownLine({ line: `${leave(directory)}; ${waitFor(directory, 1)}` });
    const [pid = 0] = pidsIn(directory);
    process.kill(pid, "SIGKILL");
    await until(() => childProcess(pid) === undefined);
  });

  it.each([
    ["that may not leave any", { mayLeaveDaemons: false }, ""],
    ["that was ended at its deadline", { deadlineMs: 1000 }, "; sleep 300"],
  ])("a daemon of an own command %s is ended", async (_, asked, rest) => {
    const directory = directoryOfTest();
    const programs = await start(directory, { engine });
    await programs.ownLine({ line: `${leave(directory)}; ${waitFor(directory, 1)}${rest}`, ...asked });
    const [pid = 0] = pidsIn(directory);
    expect(pid).toBeGreaterThan(0);
    await until(() => !isAlive(pid));
  });

  it("what a program that still runs left is ended when the agent stops", async () => {
    const directory = directoryOfTest();
    writeScript(directory, "long", `${thirty(directory)}; sleep 300`);
    const programs = await start(directory, { engine });
    const outcome = programs.check({ name: "long", option: "" });
    await until(() => pidsIn(directory).length === 30);
    await programs.stop();
    await outcome;
    expect(pidsIn(directory).some(isAlive)).toBe(false);
  });

  it("no zombies stay after two hundred runs that each leave somebody", async () => {
    const directory = directoryOfTest();
    writeScript(
      directory,
      "leave",
      "(setsid sleep 0.01 >/dev/null 2>&1 &); (setsid sleep 300 >/dev/null 2>&1 &)",
    );
    const programs = await start(directory, { engine });
    const before = childPids() ?? [];
    await Promise.all(Array.from({ length: 200 }, () => programs.check({ name: "leave", option: "" })));
    await until(() => (childPids() ?? []).every((pid) => before.includes(pid)));
    expect(zombies().filter((pid) => !before.includes(pid))).toEqual([]);
  });

  it("children of the agent's own, and what they left, are untouched and answered for", async () => {
    const directory = directoryOfTest();
    writeScript(directory, "leave", `${leave(directory)}; ${waitFor(directory, 2)}`);
    const programs = await start(directory, { engine });
    const own = spawn("sleep", ["300"], { detached: true });
    onTestFinished(() => void own.kill("SIGKILL"));
    const leaving = spawn("sh", ["-c", `${leave(directory)}; ${waitFor(directory, 1)}; exit 7`]);
    expect(await exitOf(leaving)).toBe(7);
    const [orphan = 0] = pidsIn(directory);
    await programs.check({ name: "leave", option: "" });
    const [, left = 0] = pidsIn(directory);
    await until(() => !isAlive(left));
    expect([own.pid ?? 0, orphan].map(isAlive)).toEqual([true, true]);
    const many = Array.from({ length: 30 }, () => exitOf(spawn("sh", ["-c", "exit 3"])));
    await Promise.all(Array.from({ length: 30 }, () => programs.check({ name: "leave", option: "" })));
    expect(new Set(await Promise.all(many))).toEqual(new Set([3]));
  });

  it("nothing but a limit that limits nothing tells a program from another", async () => {
    const directory = directoryOfTest();
    writeScript(directory, "limits", "cat /proc/self/limits");
    const programs = await start(directory, { engine });
    const { stdout } = await programs.check({ name: "limits", option: "" });
    expect(stdout).toMatch(/Max realtime timeout +[1-9]\d{17,} +unlimited/);
    const withoutTime = (text: string) => text.replace(/Max realtime timeout.*/, "");
    expect(withoutTime(stdout)).toBe(withoutTime(readFileSync("/proc/self/limits", "utf8")));
    expect(readFileSync("/proc/self/limits", "utf8")).toMatch(/Max realtime timeout +unlimited +unlimited/);
  });
});

async function exitOf(child: ChildProcess): Promise<unknown> {
  const [status] = (await once(child, "exit")) as unknown[];
  return status;
}

describe("by a clock of the test's own", () => {
  function startByHand(kill: (pid: number) => void) {
    const libc = loadLibc();
    if (libc === undefined) throw new Error("no C library");
    const clock = fakeClock();
    const leaks: number[] = [];
    const onLeak = (change: number) => void leaks.push(change);
    const isOwned = () => false;
    const leftovers = Leftovers.start({ libc, clock, isOwned, kill, onLeak });
    if (leftovers === undefined) throw new Error("no list of children");
    onTestFinished(() => leftovers.stop());
    return { leftovers, clock, leaks };
  }

  /** A detached process that no parent waits for, and its number. */
  async function orphan(directory: string, line: string): Promise<number> {
    const parent = spawn("sh", [
      "-c",
      `(setsid sh -c 'echo $$ > ${directory}/pids; ${line}' &); ${waitFor(directory, 1)}`,
    ]);
    await once(parent, "exit");
    return pidsIn(directory)[0] ?? 0;
  }

  it("what outlives KILL counts as leaked until it is gone", async () => {
    const { leftovers, clock, leaks } = startByHand(() => {
      throw new Error("EPERM");
    });
    const trace = leftovers.trace(false);
    const pid = await trace.during(() => orphan(directoryOfTest(), "exec sleep 300"));
    trace.end("by itself");
    await clock.advance(60);
    expect(leaks).toEqual([]);
    await clock.advance(1000);
    expect(leaks).toEqual([1]);
    process.kill(pid, "SIGKILL");
    await until(() => !isAlive(pid));
    await clock.advance(2000);
    expect(leaks).toEqual([1, -1]);
    expect(childProcess(pid)).toBeUndefined();
  });

  it("a dead orphan that is of no run is reaped when nobody has done so for long", async () => {
    const { leftovers, clock } = startByHand(() => {});
    const pid = await orphan(directoryOfTest(), "exec sleep 0.01");
    leftovers.trace(false).end("by itself");
    await until(() => childProcess(pid)?.isZombie === true);
    await clock.advance(4000);
    expect(childProcess(pid)?.isZombie).toBe(true);
    await clock.advance(8000);
    expect(childProcess(pid)).toBeUndefined();
  });
});
