// Two agents that want the same: the second says so, ends, and leaves everything as it was.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { answering, freePort, run, start } from "../support/program.ts";
import { directoryOfTest } from "../support/temporary.ts";

/** Every file below, with its bytes and times. */
function contentOf(directory: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const entry of readdirSync(directory, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    const { mtimeNs, ino, mode } = statSync(path, { bigint: true, throwIfNoEntry: false }) ?? {};
    const digest = entry.isFile() ? createHash("sha256").update(readFileSync(path)).digest("hex") : "";
    found[path] = `${mode} ${ino} ${mtimeNs} ${digest}`;
  }
  return found;
}

async function running(args: readonly string[], port: number, env: Record<string, string> = {}) {
  const agent = start([...args, "-P", String(port)], { env });
  await answering(port, agent);
  return agent;
}

it("the second one of a home changes no byte of it, whatever its port, and names the first", async () => {
  const home = join(directoryOfTest(), "home");
  const port = await freePort();
  const first = await running(["daemon", "--home", home], port);
  // Stopped it writes nothing by itself.
  first.child.kill("SIGSTOP");
  const before = contentOf(home);
  for (const other of [port, await freePort()]) {
    const { exit, stdout, stderr } = await run(["daemon", "--home", home, "-P", String(other)]);
    expect({ exit, contents: contentOf(home) }).toEqual({ exit: 1, contents: before });
    expect(stdout + stderr).toContain(`process id ${first.child.pid}`);
  }
  first.child.kill("SIGCONT");
  await answering(port, first);
});

it("the second one of a database says so in its own log file", async () => {
  const directory = directoryOfTest();
  const [database, log] = [join(directory, "db"), join(directory, "second.log")];
  const first = await running(["daemon", "-d", database], await freePort(), { HOME: join(directory, "one") });
  const { exit } = await run([
    "daemon",
    "-d",
    database,
    "-l",
    log,
    "--home",
    join(directory, "two"),
    "-P",
    String(await freePort()),
  ]);
  expect(exit).toBe(1);
  expect(readFileSync(log, "utf8")).toContain(`process id ${first.child.pid}`);
  expect(existsSync(join(directory, "two"))).toBe(false);
});

it.each(["api", "statsd", "graphite", "websocket"])(
  "one whose port of %s is taken leaves no trace",
  async (kind) => {
    const parent = directoryOfTest();
    const home = join(parent, "home");
    const occupant = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => occupant.once("listening", resolve));
    onTestFinished(() => void occupant.close());
    const { port } = occupant.address() as { port: number };
    const own = kind === "api" ? port : await freePort();
    const taken = `tcp://127.0.0.1:${port}`;
    const listens: Record<string, Record<string, string>> = {
      api: {},
      statsd: { YAGURA_INPUTS__STATSD__LISTEN: taken },
      graphite: { YAGURA_INPUTS__GRAPHITE__LISTEN: taken },
      websocket: { YAGURA_EVENTS__WEBSOCKET__LISTEN: taken },
    };
    const { exit, stderr } = await run(["daemon", "--home", home, "-P", String(own)], { env: listens[kind] });
    expect({ exit, stderr }).toEqual({ exit: 1, stderr: expect.stringContaining(`127.0.0.1:${port}`) });
    expect(readdirSync(parent)).toEqual([]);
  },
);

it("starts again at once after the first was killed", async () => {
  const home = join(directoryOfTest(), "home");
  const port = await freePort();
  const first = await running(["daemon", "--home", home], port);
  first.child.kill("SIGKILL");
  await first.finished;
  await running(["daemon", "--home", home], port);
});

it("two of one user, told apart by their databases alone, both run, also without a home", async () => {
  const directory = directoryOfTest();
  const env = { HOME: join(directory, "nowhere") };
  const [one, two] = [join(directory, "one.db"), join(directory, "two.db")];
  mkdirSync(one, { mode: 0o700 });
  await running(["daemon", "-d", one], await freePort(), env);
  await running(["daemon"], await freePort(), { ...env, HAPPO_AGENT_DBFILE: two });
  for (const database of [one, two]) {
    expect(existsSync(join(database, "agent.sock"))).toBe(true);
    expect((await run(["status", "--home", database])).exit).toBe(0);
  }
  expect(existsSync(env.HOME)).toBe(false);
});
