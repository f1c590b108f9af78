// An upgrade in place: whoever runs finds what it needs until it ends, and then nothing is left of it.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { send } from "../support/agent.ts";
import { answering, freePort, run, start } from "../support/program.ts";
import { startSmtp } from "../support/smtp/smtp-stand-in.ts";
import { directoryOfTest, writeScript } from "../support/temporary.ts";
import { until } from "../support/until.ts";

const root = resolve(import.meta.dirname, "../..");

function installFrom(tree: string, prefix: string): string {
  const args = [join(tree, "tools/install.mjs"), "--prefix", prefix];
  return execFileSync(process.execPath, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

/** The tree of a later version: another text of the version, and another bundle. */
function laterTree(): string {
  const tree = directoryOfTest();
  for (const name of [
    "dist",
    "packs",
    "plugins",
    "packaging",
    "examples",
    "docs",
    "tools",
    "README.md",
    "LICENSE",
  ])
    cpSync(join(root, name), join(tree, name), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(tree, "node_modules"));
  const description = readFileSync(join(root, "package.json"), "utf8");
  writeFileSync(join(tree, "package.json"), description.replace(/"version": "[^"]+"/, '"version": "99.0.0"'));
  writeFileSync(join(tree, "dist/main.js"), "\n// Another one.\n", { flag: "a" });
  return tree;
}

const versionsIn = (prefix: string) => readdirSync(join(prefix, "lib/yagura")).sort();

async function startFrom(prefix: string, smtpPort: number) {
  const home = directoryOfTest();
  const port = await freePort();
  writeScript(home, "check_bad", "echo bad; exit 2");
  const configuration = {
    api: { listen: `127.0.0.1:${port}` },
    programs: { paths: [home] },
    checks: { machine_state: { every: "0s" } },
    handlers: {
      mail: { smtp: `smtp://127.0.0.1:${smtpPort}`, from: "yagura@one.example", to: ["ops@one.example"] },
    },
  };
  writeFileSync(join(home, "yagura.yaml"), JSON.stringify(configuration));
  const agent = start(["daemon", "--home", home], { path: join(prefix, "bin/yagura") });
  await answering(port, agent);
  return { home, port, agent };
}

it("everything that is loaded late is there after an upgrade; the next install takes the older version away", async () => {
  const prefix = directoryOfTest();
  const smtp = await startSmtp();
  installFrom(root, prefix);
  const [older = ""] = versionsIn(prefix);
  const { home, port, agent } = await startFrom(prefix, smtp.port);

  const later = laterTree();
  expect(installFrom(later, prefix)).toMatch(new RegExp(`kept +${prefix}/lib/yagura/${older}: `));
  expect(versionsIn(prefix)).toEqual([older, expect.stringMatching(/^99\.0\.0-/)]);
  expect((await run(["--version"], { path: join(prefix, "bin/yagura") })).stdout).toBe(
    "yagura version 99.0.0\n",
  );

  for (const path of ["/docs", "/openapi.json", "/render?target=constantLine(1)&from=-5min&format=png"])
    expect([path, (await send(port, { method: "GET", path })).status]).toEqual([path, 200]);
  await send(port, { method: "POST", path: "/monitor", body: { plugin_name: "check_bad" } });
  await until(async () => {
    const { json } = await send(port, { method: "GET", path: "/machine-state" });
    return (json as { keys: string[] }).keys.length === 1;
  });
  const socket = new WebSocket(`wss://127.0.0.1:${port}/events/socket`, { rejectUnauthorized: false });
  await once(socket, "open");
  socket.terminate();
  const test = ["handlers", "test", "mail", "--home", home];
  expect(await run(test, { path: join(prefix, "bin/yagura") })).toMatchObject({ exit: 0, stderr: "" });
  expect(smtp.last.envelope.to).toEqual(["ops@one.example"]);
  // As the agent makes its own, in a process of its own.
  const own = join(prefix, "lib/yagura", older, "dist/main.js");
  execFileSync(process.execPath, [
    own,
    "certificate",
    "create",
    "--name",
    "a.example",
    "--out",
    directoryOfTest(),
  ]);

  agent.child.kill("SIGTERM");
  expect(await agent.finished).toMatchObject({ exit: 0 });
  expect(installFrom(later, prefix)).not.toContain("kept");
  expect(versionsIn(prefix)).toEqual([expect.stringMatching(/^99\.0\.0-/)]);
}, 60_000);

it("makes no link out of the prefix, and nothing that others may write", () => {
  const prefix = directoryOfTest();
  installFrom(root, prefix);
  expect(readlinkSync(join(prefix, "bin/yagura"))).toMatch(/^\.\.\/lib\/yagura\/[^/]+\/dist\/main\.js$/);
  const entries = readdirSync(prefix, { recursive: true, withFileTypes: true });
  expect(entries.filter((entry) => entry.isSymbolicLink()).map(({ name }) => name)).toEqual(["yagura"]);
  const loose = entries.filter((one) => (statSync(join(one.parentPath, one.name)).mode & 0o022) !== 0);
  expect(loose).toEqual([]);
  const [version = ""] = versionsIn(prefix);
  const unit = readFileSync(join(prefix, "lib/yagura", version, "packaging/yagura.service"), "utf8");
  expect(unit).toContain(`ExecStart=${prefix}/bin/yagura agent start\n`);
});

it("takes nothing that is not ours, and leaves no halves", () => {
  const prefix = directoryOfTest();
  mkdirSync(join(prefix, "bin"));
  writeScript(join(prefix, "bin"), "yagura", "exit 0");
  expect(() => installFrom(root, prefix)).toThrow(/is not ours/);
  expect(existsSync(join(prefix, "lib"))).toBe(false);
});

it("a process that has not come to its first instruction counts as a user of every version", async () => {
  const prefix = directoryOfTest();
  installFrom(root, prefix);
  const [older = ""] = versionsIn(prefix);
  // Stands still where a program has been started by the link, and has opened nothing yet.
  const waiting = spawn("sh", ["-c", "read line", join(prefix, "bin/yagura")], {
    stdio: ["pipe", "ignore", "ignore"],
  });
  onTestFinished(() => void waiting.kill("SIGKILL"));
  const later = laterTree();
  installFrom(later, prefix);
  expect(versionsIn(prefix)).toContain(older);
  waiting.kill("SIGKILL");
  await once(waiting, "exit");
  installFrom(later, prefix);
  expect(versionsIn(prefix)).not.toContain(older);
}, 60_000);
