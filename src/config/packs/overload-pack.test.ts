// The scenario of editing a configuration: parameters of the agent, a pack overloaded, parameters of the copy.
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  agentListParameters,
  editParameter,
  findPack,
  findParameter,
  getParameter,
  loadPacks,
  overloadPack,
  packAddress,
  showParameters,
} from "../index.ts";
import { load } from "./file-tree.fixture.ts";

const now = new Date(2026, 0, 31, 3, 4, 5);
const packs = "data/global-configuration/packs";
const files = {
  "etc/agent.yml": "# name\ndisplay_name: ''\nproxy-node: false\nnode-zone: internet\ngroups: []\n",
  "core/redis/package.yml": "name: redis",
  [`${packs}/grafana-dir/package.yml`]: "name: grafana",
  [`${packs}/grafana-dir/parameters/parameters.yml`]: "# of the server\napi_key: ''\n",
  [`${packs}/grafana-dir/monitoring/deep/x.yml`]: "check: {}",
};

const again = (root: string) =>
  loadPacks({ core: join(root, "core"), levels: join(root, "data"), objects: [], opsbro: join(root, "etc") });

it("a configuration is edited", async () => {
  const { root, mainFile } = load(files);
  if (mainFile === undefined) throw new Error("there is no main file");
  for (const [key, value] of [
    ["display_name", "web1"],
    ["proxy-node", "true"],
    ["node-zone", "lan"],
  ] as const) {
    await editParameter(
      { path: mainFile, itemwise: agentListParameters, now },
      { operation: "set", key, value },
    );
  }
  const text = readFileSync(mainFile, "utf8");
  expect(text).toContain("# name\ndisplay_name: web1\nproxy-node: true\nnode-zone: lan\n");
  expect(text).toContain("# CHANGE: (2026-01-31 03:04:05) SET display_name → web1\n");
  expect(showParameters(mainFile)[0]).toEqual({ key: "display_name", value: "web1", comments: ["name"] });

  const directory = await overloadPack(again(root), "global.grafana", "local");
  expect(directory).toBe(join(root, "data/local-configuration/packs/grafana-dir"));
  const address = findParameter(again(root), "local.grafana.api_key");
  expect([packAddress(address.pack), address.key, address.editable]).toEqual([
    "local.grafana",
    "api_key",
    true,
  ]);
  await editParameter(
    { path: address.file, itemwise: [], now },
    { operation: "set", key: address.key, value: "secret" },
  );
  expect(getParameter(address.file, "api_key")).toEqual({
    key: "api_key",
    value: "secret",
    comments: ["of the server"],
  });

  const set = again(root);
  expect(set.agentParameters).toMatchObject({ display_name: "web1", "proxy-node": true, "node-zone": "lan" });
  const winning = set.packs.filter((pack) => pack.winning);
  expect(winning.map((pack) => [packAddress(pack), set.parametersOf(pack)])).toEqual([
    ["core.redis", {}],
    ["local.grafana", { api_key: "secret" }],
  ]);
  expect(set.objects("check").map(({ id, pack }) => [id, pack?.level])).toEqual([
    ["grafana/deep/x", "local"],
  ]);
});

it("a pack is found by its address, and by nothing else", () => {
  const set = load(files);
  expect(findPack(set, "global.grafana").name).toBe("grafana");
  expect(() => findPack(set, "local.grafana")).toThrow('there is no pack "local.grafana"');
});

describe("findParameter", () => {
  it.each([
    ["global.grafan.api_key", 'there is no pack "global.grafan"; did you mean global.grafana?'],
    ["grafana.api_key", 'there is no pack "grafana.api_key", such as global.redis'],
    ["core.redis.port", "the pack core.redis has no parameters"],
    ["global.grafana.", "global.grafana. names no parameter"],
    ["", 'there is no pack "", such as global.redis'],
  ])("refuses %j", (address, reason) => {
    expect(() => findParameter(load(files), address)).toThrow(reason);
  });

  it("takes the longest name that fits", () => {
    const set = load({
      "core/a/package.yml": "name: a",
      "core/a/parameters/parameters.yml": "b.c: 1",
      "core/b/package.yml": "name: a.b",
      "core/b/parameters/parameters.yml": "c: 2",
    });
    const { pack, key, editable } = findParameter(set, "core.a.b.c");
    expect([pack.name, key, editable]).toEqual(["a.b", "c", false]);
  });
});

describe("overloadPack", () => {
  it("copies modes, empty directories and links that stay inside", async () => {
    const { root } = load(files);
    const source = join(root, packs, "grafana-dir");
    mkdirSync(join(source, "empty"));
    chmodSync(join(source, "package.yml"), 0o640);
    symlinkSync("../package.yml", join(source, "monitoring/link"));
    const directory = await overloadPack(again(root), "global.grafana", "zone");
    expect(readdirSync(directory).sort()).toEqual(["empty", "monitoring", "package.yml", "parameters"]);
    expect(statSync(join(directory, "package.yml")).mode & 0o777).toBe(0o640);
    expect(readlinkSync(join(directory, "monitoring/link"))).toBe("../package.yml");
  });

  it("takes shipped packs", async () => {
    const { root } = load(files);
    await overloadPack(again(root), "core.redis", "global");
    expect(again(root).packs.map(packAddress)).toEqual(["core.redis", "global.grafana", "global.redis"]);
  });

  it.each([
    ["global.nothing", "local", 'there is no pack "global.nothing"'],
    [
      "global.grafana",
      "global",
      "global.grafana cannot be overloaded to the level global: it is not a higher one",
    ],
  ] as const)("refuses %s to %s", async (address, level, reason) => {
    await expect(overloadPack(load(files), address, level)).rejects.toThrow(reason);
  });

  it("refuses a target that exists, under its name or in its directory", async () => {
    for (const other of ["other/package.yml", "grafana-dir/notes.txt"]) {
      const set = load({ ...files, [`data/local-configuration/packs/${other}`]: "name: grafana" });
      await expect(overloadPack(set, "global.grafana", "local")).rejects.toThrow(/exists already$/);
    }
  });

  it.each([
    ["/etc/passwd", "a link that leads out of the pack"],
    ["../../../secret", "a link that leads out of the pack"],
    ["..", "a link that leads out of the pack"],
    [undefined, "is neither a file nor a directory"],
  ])("leaves nothing behind when it refuses a link to %s", async (aim, reason) => {
    const { root } = load(files);
    const bad = join(root, packs, "grafana-dir/bad");
    if (aim === undefined) execFileSync("sh", ["-c", 'mkfifo "$0"', bad]);
    else symlinkSync(aim, bad);
    await expect(overloadPack(again(root), "global.grafana", "local")).rejects.toThrow(reason);
    const target = join(root, "data/local-configuration/packs");
    expect(existsSync(target) ? readdirSync(target) : []).toEqual([]);
  });
});
