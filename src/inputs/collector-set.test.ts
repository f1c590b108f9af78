import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { testContext } from "../../test/support/context.ts";
import { directoryOfTest } from "../../test/support/temporary.ts";
import { loadPacks } from "../config/index.ts";
import { createCollectorSet } from "./collector-set.ts";
import { inputsConfig } from "./config.ts";

/** The collectors of a host with these packs, which is in these groups. */
function collectorsOf(
  packs: Readonly<Record<string, string>>,
  { groups = [] as string[], config = {} } = {},
) {
  const root = directoryOfTest();
  for (const [name, text] of Object.entries(packs)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  const { settingsOf } = loadPacks({ core: root, levels: root, objects: [] });
  const readings = new Map<string, unknown>();
  const set = createCollectorSet(inputsConfig.parse({ collectors: config }).collectors, {
    ...testContext(),
    ...{ emit: () => {}, onChange: () => {}, settingsOf },
    onReading: (name, reading) => void readings.set(name, reading),
    isInGroup: (group) => groups.includes(group),
  });
  onTestFinished(() => set.stop());
  const report = (name: string) => set.reports().find((one) => one.name === name);
  return { set, report, readings };
}

const pack = (name: string, parameters: string) => ({
  [`${name}/package.yml`]: `name: ${name}\n`,
  [`${name}/parameters/parameters.yml`]: parameters,
});

describe("collectors of applications", () => {
  it("are at work while the node is in their group, with the parameters of their pack", async () => {
    const packs = pack("redis", "server: 127.0.0.1\nport: 1\nlimit_of_some_check: 5\n");
    const away = collectorsOf(packs);
    await away.set.runOnce();
    expect(away.report("redis")).toMatchObject({
      state: "NOT-ELIGIBLE",
      log: "the node is not in the group redis",
    });
    const { set, report, readings } = collectorsOf(packs, { groups: ["redis"] });
    await set.runOnce();
    expect(report("redis")).toMatchObject({ state: "ERROR" });
    expect(report("redis")?.log).toContain("127.0.0.1:1 does not answer");
    expect(readings.get("redis")).toEqual({ available: false });
  });

  it("are wrong as long as their pack's parameters are, and say where", async () => {
    const { set, report } = collectorsOf(pack("redis", "port: many\n"), { groups: ["redis"] });
    await set.runOnce();
    expect(report("redis")).toMatchObject({ state: "ERROR", active: false });
    expect(report("redis")?.log).toContain("parameters.yml:1:7");
  });

  it("are what the configuration says where it names them, whatever the group", async () => {
    const { set, report } = collectorsOf(pack("redis", "port: many\n"), {
      config: { redis: { server: "127.0.0.1", port: 2 } },
    });
    await set.runOnce();
    expect(report("redis")?.log).toContain("127.0.0.1:2 does not answer");
  });
});
