// Whatever stands in the directories: nothing throws, loops or fills the memory, and everything else is loaded.
import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { directoryOfTest } from "../../../test/support/temporary.ts";
import { load, writeFiles } from "./file-tree.fixture.ts";
import { loadPacks } from "./load-packs.ts";
import { objectKinds } from "./object-kind.ts";
import { readObjectText } from "./object-text.ts";

const bomb = `${Array.from({ length: 12 }, (_, at) => `a${at}: &a${at} [${Array(10).fill(at === 0 ? "x" : `*a${at - 1}`)}]`).join("\n")}\ncheck: { x: *a11 }`;

describe("a file that is not what it should be costs only itself", () => {
  it.each<[string, string | Buffer, RegExp]>([
    ["a bomb of aliases", bomb, /^error local\/x\.yml:\d+:\d+: .*aliases add more than 10000 values$/],
    [
      "deep nesting",
      `check: ${"[".repeat(5000)}`,
      /^error local\/x\.yml:1:\d+: the values are nested too deeply$/,
    ],
    ["an unclosed bracket", "check: { a: [1", /^error local\/x\.yml:1:/],
    [
      "bytes that are not text",
      Buffer.from("check: \xff\xfe", "latin1"),
      /^error local\/x\.yml:1:8: this is not UTF-8 text$/,
    ],
    ["zeros", Buffer.alloc(100), /^error local\/x\.yml/],
    [
      "more than a megabyte",
      `# ${"x".repeat(1024 ** 2)}`,
      /^error local\/x\.yml: cannot be read: it is larger than 1048576 bytes$/,
    ],
    ["__proto__", "__proto__: { polluted: true }", /^error local\/x\.yml:1:1: .*this name cannot be used$/],
    [
      "__proto__ in an object",
      "check: { __proto__: { polluted: true } }",
      /^error local\/x\.yml:1:10: .*this name cannot be used$/,
    ],
    [
      "constructor",
      "constructor: { prototype: {} }",
      /^error local\/x\.yml:1:1: .*this name cannot be used$/,
    ],
    [
      "a tag",
      "check: !!python/object:os.system {}",
      /^error local\/x\.yml:1:8: tags such as !name are not used here/,
    ],
    ["tabs that fit no column", "check:\n\t- a\n  b: [\n", /^error local\/x\.yml:/],
    [
      "documents without end",
      "---\na: 1\n".repeat(150),
      /^error local\/x\.yml:202:1: a file holds at most 100 documents/,
    ],
    [
      "a control character in a key",
      '"ch\\e[31meck": {}',
      /^error local\/x\.yml:1:1: \["ch\\u001b\[31meck"\]: no kind of object and no module$/,
    ],
  ])("%s", (_what, content, line) => {
    const { told, objects } = load({ "local/x.yml": content, "local/y.yml": "check: { good: true }" });
    expect(told.filter((one) => line.test(one))).not.toEqual([]);
    expect(objects("check").map(({ id }) => id)).toContain("y");
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  it("names with control characters", () => {
    const { told, objects } = load({ "local/a\u001b[31m.yml": "check: {}", "local/b\n.yml": "check: {}" });
    expect(objects("check")).toEqual([]);
    expect(told).toEqual([
      "error local/a\\x1b[31m.yml: control characters stand in its name; it is not read",
      "error local/b .yml: control characters stand in its name; it is not read",
    ]);
  });

  it("names in bodies with control characters", () => {
    const { objects } = load({ "local/a.yml": 'handler: { id: "x\\e[2J" }\n---\nhandler: { name: 7 }\n' });
    expect(objects("handler").map(({ id, name }) => [id, name])).toEqual([
      ["a", "a"],
      ["a-2", "7"],
    ]);
  });

  it("a pipe, a directory, and a link to nowhere under the name of a file", () => {
    const root = directoryOfTest();
    writeFiles(root, { "local/good.yml": "check: {}" });
    execFileSync("sh", ["-c", "mkfifo pipe.yml"], { cwd: join(root, "local") });
    mkdirSync(join(root, "local/directory.yml"));
    symlinkSync("nowhere", join(root, "local/link.yml"));
    const { told, objects } = load({}, { objects: [join(root, "local")] });
    expect(objects("check").map(({ id }) => id)).toEqual(["good"]);
    expect(told.map((line) => line.replaceAll(`${root}/`, ""))).toEqual([
      "error local/link.yml: cannot be read: ENOENT: no such file or directory",
      "error local/pipe.yml: cannot be read: it is not a regular file",
    ]);
  });
});

describe("directories", () => {
  it("that do not exist are told where they were asked for, and are empty levels otherwise", () => {
    const root = directoryOfTest();
    const { told } = load(
      {},
      { core: join(root, "c"), levels: join(root, "d"), objects: [join(root, "e")], opsbro: join(root, "f") },
    );
    expect(told.map((line) => line.replaceAll(`${root}/`, ""))).toEqual(
      ["c", "f", "e"].map((name) => `error ${name}: cannot be read: ENOENT: no such file or directory`),
    );
  });

  it("that are files, or loops of links, cost only themselves", () => {
    const { root } = load({ "local/good.yml": "check: {}", "data/local-configuration/packs": "a file" });
    symlinkSync("..", join(root, "local/up"));
    symlinkSync("self", join(root, "local/self"));
    const again = loadPacks({
      core: join(root, "core"),
      levels: join(root, "data"),
      objects: [join(root, "local")],
    });
    expect(again.objects("check").map(({ id }) => id)).toEqual(["good"]);
    expect(again.problems.map(({ text }) => text)).toEqual(["cannot be read: ENOTDIR: not a directory"]);
  });

  it("that nest without end are left at some depth", () => {
    const { told, objects } = load({
      "local/a.yml": "check: {}",
      [`local/${"d/".repeat(40)}x.yml`]: "check: {}",
    });
    expect(objects("check").map(({ id }) => id)).toEqual(["a"]);
    expect(told).toEqual([expect.stringMatching(/directories nest more than 32 deep; it is not read$/)]);
  });

  it("with ten thousand files and more are read up to there", () => {
    const root = directoryOfTest();
    for (let at = 0; at < 10_050; at += 1) writeFileSync(join(root, `${at}.yml`), "");
    writeFileSync(join(root, "00.yml"), "check: {}");
    const { told, objects } = load({}, { objects: [root] });
    expect(objects("check")).toHaveLength(1);
    expect(told).toEqual([
      `error ${root}: packs and local files are more than 10000; what follows is not read`,
    ]);
  });
});

describe("any text", () => {
  const place = (line: number, column: number) => ({ source: "f", line, column, directory: "/" });
  const piece = fc.oneof(
    fc.constantFrom(
      "check:",
      "---",
      "\n",
      "\n\t",
      "\n  ",
      "- ",
      "{",
      "}",
      "[",
      "]",
      ": ",
      "*a",
      "&a ",
      "|",
      '"',
      "<<: ",
      "#",
      "\r\n",
    ),
    fc.constantFrom(...objectKinds),
    fc.string({ unit: "binary", maxLength: 5 }),
  );

  it("gives trees and problems, and never throws", () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const { trees, problems } = readObjectText(pieces.join(""), place);
        for (const problem of problems) expect(problem.place.column).toBeGreaterThan(0);
        expect(trees.length).toBeLessThanOrEqual(100);
      }),
      { numRuns: 2000 },
    );
  });

  it("that is YAML in a file never stops the load", () => {
    const root = directoryOfTest();
    for (const name of ["core", "etc"]) mkdirSync(join(root, name));
    const value = fc.jsonValue({ maxDepth: 3 });
    const keys = fc.constantFrom<string>(
      ...objectKinds,
      "dns",
      "groups",
      "port",
      "name",
      "id",
      "__proto__",
      "x",
    );
    fc.assert(
      fc.property(fc.dictionary(keys, value), fc.dictionary(keys, value), (main, pack) => {
        writeFiles(root, {
          "etc/agent.yml": stringify(main),
          "core/p/package.yml": stringify({ name: "p", ...pack }),
          "core/p/monitoring/x.yml": stringify(pack),
          "core/p/parameters/parameters.yml": stringify(main),
        });
        const set = loadPacks({
          core: join(root, "core"),
          levels: root,
          objects: [],
          opsbro: join(root, "etc"),
        });
        for (const kind of objectKinds)
          for (const one of set.objects(kind)) expect(one.body.kind).toBe("mapping");
        for (const one of set.packs) set.parametersOf(one);
      }),
      { numRuns: 150 },
    );
  });
});
