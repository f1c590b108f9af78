// kill -9 at random moments under load: nothing that was acknowledged is lost, and the agent starts by itself.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { send } from "../support/agent.ts";
import { flags, freePort, main, start } from "../support/program.ts";
import { directoryOfTest } from "../support/temporary.ts";
import { until } from "../support/until.ts";

interface Found {
  readonly acknowledged: number;
  /** Acknowledged, and never given back. */
  readonly lost: readonly number[];
  /** Given again although their receipt had been confirmed. */
  readonly again: readonly number[];
}

/** Written without types: benchmarks run it without a compiler. */
const { crashRounds } = (await import(new URL("../support/crash-rounds.mjs", import.meta.url).href)) as {
  crashRounds: (options: object) => Promise<Found>;
};

it("twenty rounds", { timeout: 120_000 }, async () => {
  const home = directoryOfTest();
  const listen = `127.0.0.1:${await freePort()}`;
  writeFileSync(join(home, "yagura.yaml"), `api: { listen: "${listen}" }\nlog: { level: fatal }\n`);
  const start = (directory: string) => [main, "daemon", "--home", directory];
  const found = await crashRounds({ rounds: 20, home, start, environment: {} });
  expect(found.acknowledged).toBeGreaterThan(1000);
  expect({ lost: found.lost, again: found.again }).toEqual({ lost: [], again: [] });
});

it("what was pushed without an output is there again, killed at the moment of its acknowledgement", async () => {
  const home = directoryOfTest();
  const socketPath = join(home, "agent.sock");
  const inputs = "inputs: { collectors: { enabled: false } }";
  writeFileSync(join(home, "yagura.yaml"), `api: { listen: "127.0.0.1:${await freePort()}" }\n${inputs}\n`);
  const ask = (method: string, path: string, body?: string) => send(0, { socketPath, method, path, body });
  const started = async () => {
    const agent = start(["daemon", "--home", home]);
    await until(async () => (await ask("GET", "/").catch(() => undefined))?.status === 200);
    return agent;
  };
  for (let round = 0; round < 3; round += 1) {
    const agent = await started();
    expect((await ask("POST", "/write", `pushed${round} v=${round}`)).status).toBe(204);
    agent.child.kill("SIGKILL");
    await agent.finished;
  }
  await started();
  for (let round = 0; round < 3; round += 1) {
    const { json } = await ask("GET", `/history?series=pushed${round}.v`);
    expect((json as { points: [number, number][] }).points.map(([, value]) => value)).toEqual([round]);
  }
});

interface WholeFound {
  readonly counts: Readonly<Record<string, number>>;
  readonly faults: readonly string[];
}

interface WholeCrash {
  crashFiles(options: { home: string; listen: string; webhook: string }): Record<string, string>;
  startReceiver(): Promise<{ url: string; stop(): void }>;
  wholeCrash(options: object): Promise<WholeFound>;
}

it("thirty rounds of everything that is kept: what was acknowledged or seen is there, in its order", {
  timeout: 400_000,
}, async () => {
  const { crashFiles, startReceiver, wholeCrash } = (await import(
    new URL("../support/whole-crash.mjs", import.meta.url).href
  )) as WholeCrash;
  const home = directoryOfTest();
  const receiver = await startReceiver();
  onTestFinished(() => receiver.stop());
  const files = crashFiles({ home, listen: `127.0.0.1:${await freePort()}`, webhook: receiver.url });
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(home, name)), { recursive: true });
    writeFileSync(join(home, name), text);
  }
  const start = (directory: string) => [...flags, main, "daemon", "--home", directory];
  const { counts, faults } = await wholeCrash({ rounds: 30, home, start, environment: {}, receiver });
  expect(faults).toEqual([]);
  expect(Object.entries(counts).filter(([, count]) => count < 5)).toEqual([]);
});
