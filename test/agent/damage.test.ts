// Every file of the state directory damaged in every way: the agent starts, answers, and says what is lost.
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join, relative } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { sharedCertificate, startTestAgent, type TestAgent } from "../support/agent.ts";
import { directoryOfTest, temporaryDirectory } from "../support/temporary.ts";
import { until } from "../support/until.ts";

const nowhere = "http://127.0.0.1:1/";
const settings = {
  // Without the warning of the older agent's rights.
  access: { defaults: "native" },
  api: { listen: "127.0.0.1:0", tls: {} },
  handlers: { webhook: { url: nowhere, severities: ["critical"] } },
  store: { history: { flush_every: "1s" } },
  events: { memory: 10 },
};

const whole = temporaryDirectory();
let fingerprint = "";

/** Files that hold nothing which could be lost: a lock, a socket, a mark of an orderly end, a text for people. */
const holdsNothing = /(^agent\.(lock|sock)|^events\/clean|\.replaced|\/LOG(\.old)?|\/LOCK)$/;

async function fill(agent: TestAgent): Promise<void> {
  const metrics = Object.fromEntries(Array.from({ length: 200 }, (_, place) => [`m${place}`, place]));
  const timestamp = Math.floor(Date.now() / 1000);
  await agent.post("/metric/append", { metric_data: [{ hostname: "h", timestamp, metrics }] });
  await agent.post("/metric", { cursor: "manager" });
  await agent.post("/write", "pushed v=1");
  const owner = { socketPath: agent.socketPath };
  await agent.post("/monitoring/checks/passive", { passive: true, attempts: 1 }, { ...owner, method: "PUT" });
  for (const state of ["ok", "critical"])
    await agent.post("/checks/results", { check: "passive", state, output: state }, owner);
  await agent.post("/downtimes", { kind: "downtime", checks: "x", until: timestamp + 3600 }, owner);
  await until(async () => existsSync(join(whole.path, "handlers", "places")));
}

beforeAll(async () => {
  const agent = await startTestAgent(settings, { stateDirectory: whole.path });
  ({ fingerprint } = agent);
  await fill(agent);
  await agent.release();
  return () => whole.release();
}, 60_000);

/** Whether there is trouble beside the webhook that is never there. */
const speaks = (log: string) =>
  log.split("\n").some((line) => /\[(error|warning)\]/.test(line) && !line.includes("nobody can be told"));

const filesOf = (directory: string): string[] =>
  readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)))
    .sort();

const damages: Readonly<Record<string, (path: string) => void>> = {
  emptied: (path) => writeFileSync(path, ""),
  halved: (path) => writeFileSync(path, readFileSync(path).subarray(0, Math.floor(statSync(path).size / 2))),
  garbage: (path) => writeFileSync(path, Buffer.alloc(Math.max(64, statSync(path).size), 0xa5)),
  "a directory": (path) => {
    rmSync(path);
    mkdirSync(path);
  },
};

describe.each(Object.keys(damages))("%s", (kind) => {
  it("each file: the agent starts, answers, and says so", { timeout: 300_000 }, async () => {
    const silent: string[] = [];
    for (const name of filesOf(whole.path)) {
      const home = join(directoryOfTest(), "home");
      cpSync(whole.path, home, { recursive: true, filter: (path) => !statSync(path).isSocket() });
      const path = join(home, name);
      const before = readFileSync(path);
      damages[kind]?.(path);
      if (existsSync(path) && statSync(path).isFile() && readFileSync(path).equals(before)) continue;
      const log = join(directoryOfTest(), "log");
      const agent = await startTestAgent(
        { ...settings, log: { file: log, level: "info" } },
        { stateDirectory: home },
      );
      try {
        expect((await agent.get("/")).status, name).toBe(200);
        const kept = await agent.post("/metric/append", {
          metric_data: [{ hostname: "h", timestamp: 1_700_000_000, metrics: { after: 1 } }],
        });
        expect(kept.status, name).toBe(200);
        if (/^server\./.test(name)) expect(agent.fingerprint, name).toBe(fingerprint);
      } finally {
        await agent.release();
      }
      if (!holdsNothing.test(name) && !speaks(readFileSync(log, "utf8"))) silent.push(name);
    }
    expect(silent).toEqual([]);
  });
});

it("both copies of the own certificate: another one is made, which is said until it is acknowledged", async () => {
  const home = join(directoryOfTest(), "home");
  cpSync(whole.path, home, { recursive: true, filter: (path) => !statSync(path).isSocket() });
  writeFileSync(join(home, "server.key"), "");
  writeFileSync(join(home, "server.copy"), "garbage");
  const log = join(directoryOfTest(), "log");
  const given = { stateDirectory: home, createCertificate: () => sharedCertificate("another.example") };
  const started = () => startTestAgent({ ...settings, log: { file: log, level: "info" } }, given);
  const agent = await started();
  const owner = { socketPath: agent.socketPath };
  expect(agent.fingerprint).not.toBe(fingerprint);
  const line = readFileSync(log, "utf8")
    .split("\n")
    .find((one) => one.includes("another was made"));
  expect(line).toContain(fingerprint);
  expect(line).toContain(agent.fingerprint);
  const { events } = (await agent.get("/events?type=message", owner)).json as { events: object[] };
  expect(events).toMatchObject([{ title: "certificate replaced", level: "error" }]);
  const replacedOf = async (one: TestAgent) =>
    (
      (await one.get("/status", { socketPath: one.socketPath })).json as {
        certificate: { replaced: object | null };
      }
    ).certificate.replaced;
  expect(await replacedOf(agent)).toMatchObject({ old: fingerprint });
  await agent.release();
  const again = await started();
  expect(await replacedOf(again)).toMatchObject({ old: fingerprint });
  const acknowledge = () => again.post("/certificate/acknowledge", {}, { socketPath: again.socketPath });
  expect((await acknowledge()).status).toBe(200);
  expect((await acknowledge()).status).toBe(404);
  expect(await replacedOf(again)).toBeNull();
  await again.release();
});

it("a key that every user can read is not taken for damage: the start says what mends it", async () => {
  const home = join(directoryOfTest(), "home");
  cpSync(whole.path, home, { recursive: true, filter: (path) => !statSync(path).isSocket() });
  chmodSync(join(home, "server.key"), 0o644);
  await expect(startTestAgent(settings, { stateDirectory: home })).rejects.toMatchObject({
    code: "tls.unreadable",
    message: expect.stringContaining("chmod go-rwx"),
  });
  expect(existsSync(join(home, "server.key"))).toBe(true);
});
