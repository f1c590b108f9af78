// Editing parameters: what was not meant stays as it is, byte for byte.
import { chmodSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { directoryOfTest, temporaryDirectory } from "../../../test/support/temporary.ts";
import {
  agentListParameters,
  editParameter,
  getParameter,
  type ParameterEdit,
  showParameters,
} from "../index.ts";

const now = new Date(2026, 0, 31, 3, 4, 5);
const stamp = "# CHANGE: (2026-01-31 03:04:05)";

const shipped = `# The agent's parameters.
#
#   Two comments at the top.

# Shown instead of the host's name.
display_name   :   ''      # may be empty


groups: [ "a",  'b' ]   # static ones
seeds:
    # the first one
    - host1:6768   # here

    - "host2"

text: |
  several
  lines
"quoted key": 'single'   # as it was
empty:
nested: { a: 1 }   # stays
port: 0x1A70
# the end`;

function file(text: string) {
  const path = join(directoryOfTest(), "agent.yml");
  writeFileSync(path, text);
  return path;
}

async function edit(text: string, change: ParameterEdit, itemwise: readonly string[] = []) {
  const path = file(text);
  const result = await editParameter({ path, itemwise, now }, change);
  return { ...result, text: readFileSync(path, "utf8") };
}

const set = (key: string, value: string) => ({ operation: "set", key, value }) as const;
const add = (key: string, value: string) => ({ operation: "add", key, value }) as const;
const remove = (key: string, value: string) => ({ operation: "remove", key, value }) as const;

describe("editParameter changes only what was meant", () => {
  it.each<[ParameterEdit, string, string, string]>([
    [set("display_name", "web1"), "''      # may", "web1      # may", "SET display_name → web1"],
    [set("display_name", ""), "''      # may", '""      # may', 'SET display_name → ""'],
    [
      set("display_name", "'a: b # c'"),
      "''      # may",
      '"a: b # c"      # may',
      'SET display_name → "a: b # c"',
    ],
    [set("display_name", "'7'"), "''      # may", '"7"      # may', 'SET display_name → "7"'],
    [
      set("display_name", '"two\\nlines"'),
      "''      # may",
      '"two\\nlines"      # may',
      'SET display_name → "two\\nlines"',
    ],
    [set("port", "6769"), "0x1A70", "6769", "SET port → 6769"],
    [set("empty", "true"), "empty:\n", "empty: true\n", "SET empty → true"],
    [set("empty", "[]"), "empty:\n", "empty: []\n", "SET empty → []"],
    [set("text", "one"), "|\n  several\n  lines\n", "one\n", "SET text → one"],
    [set("quoted key", "x"), "'single'", "x", "SET quoted key → x"],
    [set("nested", "flat"), "{ a: 1 }", "flat", "SET nested → flat"],
    [set("groups", "[x, 'a, b']"), `[ "a",  'b' ]`, '[x, "a, b"]', 'SET groups → [x, "a, b"]'],
    [
      set("seeds", "[]"),
      '\n    # the first one\n    - host1:6768   # here\n\n    - "host2"\n',
      " []\n    # the first one\n",
      "SET seeds → []",
    ],
    [add("groups", "c"), `'b' ]`, `'b', c ]`, "ADD groups → c"],
    [add("groups", "'c, d'"), `'b' ]`, `'b', "c, d" ]`, "ADD groups → c, d"],
    [add("seeds", "host3:1"), '"host2"\n', '"host2"\n    - host3:1\n', "ADD seeds → host3:1"],
    [remove("groups", "a"), `[ "a",  'b' ]`, `[ 'b' ]`, "REMOVE groups → a"],
    [remove("groups", "b"), `"a",  'b' ]`, `"a" ]`, "REMOVE groups → b"],
    [remove("seeds", "host1:6768"), "    - host1:6768   # here\n", "", "REMOVE seeds → host1:6768"],
    [remove("seeds", "host2"), '    - "host2"\n', "", "REMOVE seeds → host2"],
  ])("%j", async (change, from, to, words) => {
    const result = await edit(shipped, change);
    expect(result.text).toBe(`${shipped.replace(from, () => to)}\n${stamp} ${words}\n`);
    expect(result).toMatchObject({ changed: true, words });
    expect(parse(result.text)[change.key]).toEqual(result.value);
  });

  it.each<[string, ParameterEdit, string]>([
    ["a: 1", set("a", "2"), "a: 2"],
    ["a: 1\r\nb: 2\r\n", set("a", "3"), "a: 3\r\nb: 2\r\n"],
    ["a:", add("a", "x"), "a: [x]"],
    ["a: []", add("a", "x"), "a: [x]"],
    ["a: [x]", remove("a", "x"), "a: []"],
    ["a:\n- x\nb: 1", remove("a", "x"), "a: []\nb: 1"],
    ["a:\n- x", add("a", "y"), "a:\n- x\n- y\n"],
    ["a:\n- x\n- x\n- y\n", remove("a", "x"), "a:\n- y\n"],
    ["a: [\n  x, # one\n  y, # two\n]", add("a", "z"), "a: [\n  x, # one\n  y, z, # two\n]"],
    ["{a: 1, b: [x]}", set("a", "2"), "{a: 2, b: [x]}"],
    ["a:\n  'long\n  text'\nb: 1", set("a", "x"), "a:\n  x\nb: 1"],
    ["a: &one 1\nb: *one", set("b", "2"), "a: &one 1\nb: 2"],
    ["日本: 語 # 字", set("日本", "x"), "日本: x # 字"],
    ["a:\n- x: 1\n  y: 2\n- 3\n", remove("a", "3"), "a:\n- x: 1\n  y: 2\n"],
  ])("%j with %j", async (text, change, after) => {
    const result = await edit(
      text,
      change,
      ["a"].filter(() => change.operation !== "set"),
    );
    const end = after.endsWith("\n") ? "" : "\n";
    expect(result.text).toBe(`${after}${end}${stamp} ${result.words}\n`);
  });

  it("adds lines of change one below the other", async () => {
    const path = file("a: 1");
    for (const value of ["2", "3"]) await editParameter({ path, itemwise: [], now }, set("a", value));
    expect(readFileSync(path, "utf8")).toBe(`a: 3\n${stamp} SET a → 2\n${stamp} SET a → 3\n`);
  });

  it.each([add("groups", "a"), remove("groups", "z")])(
    "leaves the file alone when %j changes nothing",
    async (change) => {
      const path = file(shipped);
      const before = statSync(path);
      const result = await editParameter({ path, itemwise: [], now }, change);
      expect(result).toMatchObject({ changed: false, value: ["a", "b"] });
      expect([statSync(path).ino, statSync(path).mtimeMs]).toEqual([before.ino, before.mtimeMs]);
    },
  );

  it("keeps the mode, and a link a link", async () => {
    const path = file("a: 1");
    const link = join(directoryOfTest(), "link.yml");
    symlinkSync(path, link);
    chmodSync(path, 0o640);
    await editParameter({ path: link, itemwise: [], now }, set("a", "2"));
    expect(statSync(path).mode & 0o777).toBe(0o640);
    expect(readFileSync(path, "utf8")).toContain("a: 2");
  });
});

describe("editParameter refuses", () => {
  it.each<[string, ParameterEdit, string | RegExp]>([
    [shipped, set("display_nam", "x"), /^there is no "display_nam" in .*; did you mean "display_name"\?$/],
    [shipped, add("new", "x"), /^there is no "new" in /],
    ["", set("a", "x"), /^there is no "a" in /],
    [shipped, set("seeds", "x"), "seeds is a list; use add and remove"],
    [shipped, add("port", "x"), "port is not a list; use set"],
    [shipped, remove("empty", "x"), "empty is not a list; use set"],
    [
      shipped,
      set("port", "{ a: 1 }"),
      /^the value of port cannot be used: a parameter is one value or a list/,
    ],
    [shipped, set("port", "[1"), /^the value of port cannot be used: /],
    [shipped, set("port", "*x"), /^the value of port cannot be used: this alias names no anchor/],
    ["a: &x 1\nb: *x", set("a", "2"), /^what stands at a in .* can only be edited by hand$/],
    ["<<: { a: 1 }\nb: 1", set("a", "2"), /^there is no "a" in /],
    ["? a\n: 1", set("a", "2"), ""],
    ["a: &x [1]\nb: *x", add("a", "2"), /^what stands at a in .* can only be edited by hand$/],
    ["a: 1\n---\nb: 1", set("a", "2"), /a second document begins here/],
    ["a: 1\na: 2", set("a", "3"), /duplicate key "a"/],
    ["- a", set("a", "3"), /expected a mapping of parameters, found a list/],
    ["a: [", set("a", "3"), /:1:/],
  ])("%j with %j", async (text, change, reason) => {
    const path = file(text);
    const done = editParameter({ path, itemwise: agentListParameters, now }, change);
    if (reason === "") await done;
    else {
      await expect(done).rejects.toThrow(reason);
      expect(readFileSync(path, "utf8")).toBe(text);
    }
  });

  it("JSON, a missing file and a directory, each with a sentence", async () => {
    const directory = directoryOfTest();
    const at = (name: string) =>
      editParameter({ path: join(directory, name), itemwise: [], now }, set("a", "1"));
    await expect(at("local.json")).rejects.toThrow(/is JSON, which has no room for comments/);
    await expect(at("none.yml")).rejects.toThrow(
      /cannot read .*none\.yml: ENOENT: no such file or directory$/,
    );
    await expect(at("")).rejects.toThrow(/it is not a regular file$/);
  });
});

describe("getParameter", () => {
  it.each([
    ["display_name", "", ["Shown instead of the host's name.", "may be empty"]],
    ["groups", ["a", "b"], ["static ones"]],
    ["seeds", ["host1:6768", "host2"], []],
    ["quoted key", "single", ["as it was"]],
    ["text", "several\nlines\n", []],
    ["empty", null, []],
    ["port", 6768, []],
  ])("gives %s with its comments", (key, value, comments) => {
    expect(getParameter(file(shipped), key)).toEqual({ key, value, comments });
  });

  it("does not take lines of change for comments, and finds those behind a colon", () => {
    const text = `a: 1\n${stamp} SET a → 1\n# mine\nb: # list\n  - "#x" # no\n`;
    expect(getParameter(file(text), "b")).toEqual({ key: "b", value: ["#x"], comments: ["mine", "list"] });
  });

  it("shows them all in their order", () => {
    expect(showParameters(file(shipped)).map(({ key }) => key)).toEqual([
      ...["display_name", "groups", "seeds", "text", "quoted key", "empty", "nested", "port"],
    ]);
  });
});

describe("any value in any file", () => {
  const scalar = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((one) => one + 0),
    fc.boolean(),
    fc.constant(null),
  );
  const value = fc.oneof(scalar, fc.array(scalar, { maxLength: 4 }));

  it("reads back as it was set, and the rest as it was", async () => {
    const { path: directory, release } = temporaryDirectory();
    const path = join(directory, "p.yml");
    await fc.assert(
      fc.asyncProperty(
        value,
        fc.constantFrom("display_name", "groups", "seeds", "text", "empty", "port"),
        async (given, key) => {
          writeFileSync(path, shipped);
          await editParameter({ path, itemwise: [], now }, set(key, JSON.stringify(given)));
          const after = parse(readFileSync(path, "utf8"));
          expect(after).toEqual({ ...parse(shipped), [key]: given });
        },
      ),
      { numRuns: 100 },
    );
    release();
  });
});
