// The reader of options against getopt_long itself, through getopt(1) of util-linux.
import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { expect, it } from "vitest";
import { splitShellWords } from "../../formats/shell-words.ts";
import { readOptionWords } from "./read-option-words.ts";

const kinds = new Map([
  ...(["-v", "--verbose", "-4", "--ver"] as const).map((spelling) => [spelling, "flag"] as const),
  ...(["-w", "--warning", "-H", "--host"] as const).map((spelling) => [spelling, "text"] as const),
  ...(["-S", "--ssl"] as const).map((spelling) => [spelling, "?^.*$"] as const),
]);

/** Values in their order, `""` for an optional one that is missing; undefined for words that are refused. */
function ours(words: readonly string[]): { values: string[]; positional: string[] } | undefined {
  const reading = readOptionWords(words, { style: "getopt", kinds });
  if ("refused" in reading) return undefined;
  for (const { index, prefix, value = "" } of [...reading.given, ...reading.positional])
    if (value !== "") expect(words[index]).toBe(prefix + value);
  return {
    values: reading.given.flatMap(({ kind, value = "" }) => (kind === "flag" ? [] : [value])),
    positional: reading.positional.map(({ value = "" }) => value),
  };
}

function theirs(words: readonly string[]): { values: string[]; positional: string[] } | undefined {
  const long = "verbose,ver,warning:,host:,ssl::";
  const run = spawnSync("getopt", ["-s", "sh", "-o", "v4w:H:S::", "-l", long, "--", ...words], {
    encoding: "utf8",
  });
  if (run.status !== 0) return undefined;
  const split = splitShellWords(run.stdout.trim());
  if ("refused" in split) throw new Error(`${run.stdout}: ${split.refused}`);
  const values: string[] = [];
  let at = 0;
  for (; split.words[at] !== "--"; at += 1) {
    if (/^-(?:[wHS]|-warning|-host|-ssl)$/.test(split.words[at] ?? "")) {
      at += 1;
      values.push(split.words[at] ?? "");
    }
  }
  return { values, positional: split.words.slice(at + 1) };
}

const word = fc.oneof(
  fc.constantFrom(
    "-v",
    "-w",
    "-H",
    "-S",
    "-4",
    "--",
    "-",
    "--warning",
    "--warn",
    "--ssl",
    "--ver",
    "--verb",
    "x",
    "",
  ),
  fc
    .tuple(
      fc.constantFrom("-", "--", "-v", "-4w", "-S", "--warning=", "--host=", "--ssl=", "--ver="),
      fc.constantFrom("v", "4H", "w5", "=", "a b", "-x", ""),
    )
    .map((parts) => parts.join("")),
);

it("reads what it accepts as getopt_long does", () => {
  let accepted = 0;
  fc.assert(
    fc.property(fc.array(word, { maxLength: 6 }), (words) => {
      const reading = ours(words);
      if (reading === undefined) return;
      accepted += 1;
      expect(reading).toEqual(theirs(words));
    }),
    { numRuns: 1000 },
  );
  expect(accepted).toBeGreaterThan(100);
});
