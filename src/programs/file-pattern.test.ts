// What matches a file for sh matches one here.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { directoryOfTest } from "../../test/support/temporary.ts";
import { quoteShellWord, readShellLine } from "../formats/shell-words.ts";
import { matchesFile } from "./file-pattern.ts";

function filled(): string {
  const directory = directoryOfTest();
  for (const name of ["a.conf", "b", ".hidden", "x5+", "[a]", "a*b", "7"])
    writeFileSync(join(directory, name), "");
  mkdirSync(join(directory, "sub"));
  writeFileSync(join(directory, "sub", "c.conf"), "");
  return directory;
}

async function matches(option: string): Promise<boolean> {
  const line = readShellLine(option);
  if ("refused" in line) throw new Error(line.refused);
  const [pattern] = line.patterns;
  return pattern !== undefined && (await matchesFile(line.words[pattern.word] ?? "", pattern.signs));
}

it.each([
  ["*.conf", true],
  ["*/*.conf", true],
  ["s?b/c.conf", true],
  [".*", true],
  ["*hidden", false],
  ["?hidden", false],
  ["*.txt", false],
  ["[0-9]", true],
  ["[0-9]+", false],
  ["\\[a[]]", true],
  ["sub/*/x", false],
  ["sub/../*.conf", true],
  ["a'*'[a-c]", true],
  ["b/*", false],
  ["[", false],
  ["[[:digit:]]", true],
  ["[!?-", true],
  ["sub/[a-", true],
  ["[a", false],
  ["[a-]x", false],
])("%s: %s", async (tail, expected) => {
  const directory = filled();
  expect(await matches(`${directory}/${tail}`)).toBe(expected);
});

it("never leaves what sh would not leave", async () => {
  const directory = filled();
  const text = fc.string({ unit: fc.constantFrom(..."ab.*?[]!-5x+'s/uc^".split("")), maxLength: 8 });
  const given: string[] = [];
  await fc.assert(
    fc.asyncProperty(text, async (tail) => {
      const line = readShellLine(`./${tail}`);
      if ("refused" in line || line.patterns.length !== 1) return;
      if (!(await matches(`${directory}/${tail}`))) given.push(tail);
    }),
    { numRuns: 2000 },
  );
  expect(given.length).toBeGreaterThan(100);
  const script = given.map((tail) => `printf '%s\\0' ${directory}/${tail}\n`).join("");
  const told = execFileSync("/bin/sh", ["-s"], { input: script }).toString().split("\0").slice(0, -1);
  const left = given.map((tail) => {
    const line = readShellLine(`${quoteShellWord(directory)}/${tail}`);
    return "words" in line ? line.words[0] : undefined;
  });
  expect(told).toEqual(left);
});
