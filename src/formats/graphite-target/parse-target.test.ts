import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { workedWithin } from "../../../test/support/worked.ts";
import type { Argument } from "./expression.ts";
import { parseTarget } from "./parse-target.ts";

const limits = { depth: 64, calls: 1000 };

/** A tree in few words: `f(path, 1, "text", x=true)`. */
function told(one: Argument): string {
  switch (one.kind) {
    case "path":
      return one.text;
    case "call": {
      const named = one.named.map(({ name, value }) => `${name}=${told(value)}`);
      return `${one.name}(${[...one.args.map(told), ...named].join(", ")})`;
    }
    case "template": {
      const variables = [...one.variables].map(([name, value]) => `${name}=${told(value)}`);
      return `template<${[told(one.expression), ...variables].join(", ")}>`;
    }
    case "number":
      return `${one.value}${one.whole ? "" : "f"}`;
    case "string":
      return JSON.stringify(one.value);
    case "boolean":
      return String(one.value);
    case "none":
      return "none";
  }
}

function parsed(text: string): string {
  const result = parseTarget(text, limits);
  return "fault" in result ? `${result.fault.at}: ${result.fault.reason}` : told(result.expression);
}

it.each([
  ["a.b.c", "a.b.c"],
  [" a.*.c ", "a.*.c"],
  ["a.{b,c}.d[0-9]?", "a.{b,c}.d[0-9]?"],
  ["a.{b,{c,d}}x", "a.{b,{c,d}}x"],
  ["{a.b,c}", "{a.b,c}"],
  ["disk;mount=/var;host=a.b", "disk;mount=/var;host=a.b"],
  ["diskusage./mnt/my disk.used", "diskusage./mnt/my disk.used"],
  ["a\\(b\\)\\,c\\{d\\=", "a(b),c{d="],
  ["é.ü", "é.ü"],
  ["f()", "f()"],
  ["f ( a , b )", "f(a, b)"],
  ["sum(a b, c)", "sum(a b, c)"],
  ['alias(a,"x, (y)")', 'alias(a, "x, (y)")'],
  ["alias(a,'say \"so\"')", 'alias(a, "say \\"so\\"")'],
  [String.raw`aliasSub(a,"\"(.*)\"","\1")`, String.raw`aliasSub(a, "\\\"(.*)\\\"", "\\1")`],
  ["f(a,1,-2,1.5,-0.25,1e3,2E-2,1.5e2)", "f(a, 1, -2, 1.5f, -0.25f, 1000f, 0.02f, 150f)"],
  ["f(1min.load,-a,1.2.3)", "f(1min.load, -a, 1.2.3)"],
  ["f(true,False,NONE,inf,Inf)", "f(true, false, none, Infinityf, Infinityf)"],
  ["f(truely,nonesuch,infinite)", "f(truely, nonesuch, infinite)"],
  ["f(a,n=1,s='x',b=true,l=g(h))", 'f(a, n=1, s="x", b=true, l=g(h))'],
  ["f(a;b=c,d)", "f(a;b=c, d)"],
  ["a|f", "2: expected a function behind the bar"],
  ["a|f()", "f(a)"],
  ["a | f(1) | g('x')", 'g(f(a, 1), "x")'],
  ["f(a|g(),b)", "f(g(a), b)"],
  ['template(f($x,$1),"a",x="b")', 'template<f($x, $1), 1="a", x="b">'],
  ["", "0: expected the name of a series or a function, found the end"],
  ["f(", "2: expected an argument, found the end"],
  ["f(a", "3: expected ), found the end"],
  ["f(a,)", "4: expected an argument, found )"],
  ["f(a))", "4: expected the end, found )"],
  ["f(n=1,a)", "6: an argument without a name stands behind one with a name"],
  ["f(n=1,n=2)", "9: the argument n stands there twice"],
  ["a.{b,c", "6: a brace is not closed"],
  ['alias(a,"b)', "8: a quote is not closed"],
  ["a\\", "1: a backslash with nothing behind it"],
  ["a,b", "1: expected the end, found ,"],
  ["a}b", "1: expected the end, found }"],
  ["template(1)", "0: template() needs a series or a function first"],
  ["template(a,b)", "11: template() takes numbers and texts only"],
  ['"text"', '0: expected the name of a series or a function, found "'],
])("%s", (text, tree) => {
  expect(parsed(text)).toBe(tree);
});

it("tells what a call was written as", () => {
  const text = " sum( seriesByTag('a=b' , \"c!=d\") ) ";
  const result = parseTarget(text, limits);
  const outer = "fault" in result || result.expression.kind !== "call" ? undefined : result.expression;
  expect(outer?.raw).toBe(text.trim());
  expect(outer?.args[0]).toMatchObject({ raw: "seriesByTag('a=b' , \"c!=d\")" });
});

describe("hostile texts", () => {
  it.each([
    ["brackets", "f(".repeat(200_000), /more than 64 functions inside each other/],
    ["closed brackets", `${"f(".repeat(65)}a${")".repeat(65)}`, /more than 64/],
    ["braces", "{".repeat(200_000), /a brace is not closed/],
    ["bars", `a${"|f()".repeat(100_000)}`, /more than 64/],
    ["calls", `f(${"g(),".repeat(2000)}a)`, /more than 1000 functions/],
    ["backslashes", "\\".repeat(200_001), /a backslash with nothing behind it/],
    ["quotes", `f("${"\\".repeat(200_000)}`, /a quote is not closed/],
    ["blanks", `a${" ".repeat(200_000)}(`, /expected/],
    ["words", `f(${"a".repeat(200_000)}=`, /expected an argument/],
  ])("%s are answered at once", (_, text, reason) => {
    expect(workedWithin(500, () => parsed(text))).toMatch(reason);
  });

  it("of any kind give a tree or a fault within the text", () => {
    const piece = fc.constantFrom(
      ..."ab.*?{}[](),'\"\\|;=$ -1e~é".split(""),
      "f(",
      "true",
      "none",
      "template(",
      "x=",
      "😀",
      "\n",
    );
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.array(piece, { maxLength: 60 }).map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(text, (source) => {
        const result = parseTarget(source, limits);
        if (!("fault" in result)) return;
        expect(result.fault.at).toBeGreaterThanOrEqual(0);
        expect(result.fault.at).toBeLessThanOrEqual(source.length);
        expect(result.fault.reason).not.toBe("");
      }),
      { numRuns: 3000 },
    );
  });
});
