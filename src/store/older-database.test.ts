// What happo-agent left at our place is told of, and left alone.
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ClassicLevel } from "classic-level";
import { expect, it } from "vitest";
import { testContext } from "../../test/support/context.ts";
import { directoryOfTest } from "../../test/support/temporary.ts";
import { storeModule } from "./index.ts";

/** Starts a store at `-d` once and gives the warnings of the start. */
async function warningsAt(directory: string) {
  const { lines, ...context } = testContext();
  const config = storeModule.config.parse({ directory });
  const store = await storeModule.start(config, { ...context, stateDirectory: directory });
  await store.machineStates.keep(Date.now(), "one");
  await store.stop();
  return lines.filter((line) => line.includes("happo-agent's database"));
}

it("says in one warning that a database of happo-agent is not read", async () => {
  const directory = join(directoryOfTest(), "happo-agent.db");
  const older = new ClassicLevel(directory);
  await older.put("m-1444028730", "metrics");
  await older.close();
  const files = readdirSync(directory);
  expect(await warningsAt(directory)).toEqual([expect.stringContaining(directory)]);
  expect(readdirSync(directory)).toEqual(expect.arrayContaining(files));
  const again = new ClassicLevel(directory);
  expect(await again.get("m-1444028730")).toBe("metrics");
  await again.close();
});

it("says nothing of a new directory, of its own database, or of a lone file", async () => {
  const directory = directoryOfTest();
  expect(await warningsAt(directory)).toEqual([]);
  expect(await warningsAt(directory)).toEqual([]);
  mkdirSync(join(directory, "000001.log"));
  expect(await warningsAt(directory)).toEqual([]);
  writeFileSync(join(directory, "CURRENT"), "");
  expect(await warningsAt(directory)).toHaveLength(1);
});
