import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { quoteShellWord, splitShellWords } from "./shell-words.ts";

describe("splitShellWords", () => {
  it.each([
    ["", []],
    ["  -w 100\t-c 200 ", ["-w", "100", "-c", "200"]],
    [`-w "a b" 'c  d' e\\ f`, ["-w", "a b", "c  d", "e f"]],
    [`'' ""`, ["", ""]],
    [`a"b"'c'd`, ["abcd"]],
    [`"\\"\\\\\\$x\\n"`, [`"\\$x\\n`]],
    ["price=5$ 10%", ["price=5$", "10%"]],
    [`-e '^a.*[b]$' -s "x$"`, ["-e", "^a.*[b]$", "-s", "x$"]],
    ["a#b a~b !x {a,b} 日本", ["a#b", "a~b", "!x", "{a,b}", "日本"]],
    ["end\\", ["end\\"]],
  ])("reads %j", (text, words) => {
    expect(splitShellWords(text)).toEqual({ words });
  });

  it.each([
    ["x; id", "a second command"],
    ["x | id", "a pipe"],
    ["x & id", "a background job"],
    ["x > /etc/passwd", "a redirection"],
    ["$(id)", "an expansion"],
    ['"$(id)"', "an expansion"],
    ["$HOME", "an expansion"],
    ["`id`", "a command substitution"],
    ['"`id`"', "a command substitution"],
    ["*", "a file pattern"],
    ["~root", "a home directory"],
    ["#x", "a comment"],
    ["'open", "a quote that is not closed"],
    ['"open', "a quote that is not closed"],
    ["a\nid", "a line end"],
    ["'a\nb'", "a line end"],
    ["a\0b", "a NUL"],
  ])("refuses %j and says why", (text, why) => {
    expect(splitShellWords(text)).toEqual({ refused: expect.stringContaining(why) });
  });

  it("agrees with /bin/sh on whatever it accepts", () => {
    const hostile = fc.string({
      unit: fc.constantFrom(..."ab -='\"\\$`~#*?[]{}!;|&<>()%:/.,@^+".split("")),
      maxLength: 24,
    });
    const accepted: string[] = [];
    fc.assert(
      fc.property(hostile, (text) => {
        if ("words" in splitShellWords(text)) accepted.push(text);
      }),
      { numRuns: 4000 },
    );
    expect(accepted.length).toBeGreaterThan(200);
    const script = accepted
      .map((text) => `eval ${quoteShellWord(`printf '%s\\0' ${text}`)}\nprintf '\\1'\n`)
      .join("");
    const told = execFileSync("/bin/sh", ["-s"], { input: script, cwd: "/proc/self", maxBuffer: 1 << 24 });
    const words = told.toString().split("\u0001").slice(0, -1);
    accepted.forEach((text, at) => {
      const ours = (splitShellWords(text) as { words: string[] }).words;
      // printf with no operand prints one empty string.
      const expected = ours.length === 0 ? "\0" : ours.map((word) => `${word}\0`).join("");
      expect({ text, words: words[at] }).toEqual({ text, words: expected });
    });
  });

  it("reads back every word that it quoted", () => {
    const word = fc.string({ unit: "grapheme" }).filter((text) => !/[\0\n\r]/.test(text));
    fc.assert(
      fc.property(fc.array(word), (words) => {
        expect(splitShellWords(words.map(quoteShellWord).join(" "))).toEqual({ words });
      }),
    );
  });
});
