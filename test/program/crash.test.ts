// kill -9 at random moments under load: nothing that was acknowledged is lost, and the agent starts by itself.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { freePort, main } from "../support/program.ts";
import { directoryOfTest } from "../support/temporary.ts";

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
