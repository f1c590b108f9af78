// What hostile and clumsy expressions may cost, and that data cannot break out.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { workedWithin } from "../../../test/support/worked.ts";
import {
  builtInFunctions,
  type CompileOptions,
  compileExpression,
  compilePattern,
  ExpressionError,
  functionsByName,
  pythonText,
  type Value,
} from "./index.ts";

const options: CompileOptions<Value> = {
  functions: functionsByName(builtInFunctions({ random: () => 0.5 })),
  singlePrefixes: ["x."],
  placeholder: (name) => (name.startsWith("x.") ? (scope) => scope : undefined),
};

/** What it comes to, or the error; anything else that is thrown fails the test. */
function outcome(text: string, data: Value = null): Value | ExpressionError {
  try {
    return compileExpression(text, options).evaluate(data);
  } catch (thrown) {
    if (thrown instanceof ExpressionError) return thrown;
    throw thrown;
  }
}

const many = (text: string, count: number) => text.repeat(count);

describe("what is too much is refused, soon", () => {
  it.each([
    ["nested brackets", many("(", 10_000) + many(")", 10_000), "nested deeper"],
    ["nested lists", many("[", 10_000) + many("]", 10_000), "nested deeper"],
    ["nested dicts", many("{1:", 10_000) + many("}", 10_000), "nested deeper"],
    ["nested calls", many("abs(", 10_000) + many(")", 10_000), "nested deeper"],
    ["open brackets", many("[", 30_000), "never closed"],
    ["nots", `${many("not ", 15_000)}1`, "nested deeper"],
    ["signs", `${many("-", 60_000)}1`, "nested deeper"],
    ["sums", `1${many("+1", 30_000)}`, "nested deeper"],
    ["powers", `1${many("**1", 15_000)}`, "nested deeper"],
    ["choices", `1${many(" if 1 else 1", 5000)}`, "nested deeper"],
    ["items", `x${many("[0]", 15_000)}`, "nested deeper"],
    ["methods", `''${many(".upper()", 6000)}`, "nested deeper"],
    ["defaults", `${many("{{x.a||", 5000)}1${many("}}", 5000)}`, "nested too deeply"],
    ["source", many(" ", 65_537), "longer than 65536"],
    ["text by *", '"a"*10**9', "text of more than"],
    ["text by a variable *", "10**9*'a'", "text of more than"],
    ["list by *", "[0]*10**9", "list of more than"],
    ["tuple by *", "(0,)*10**9", "list of more than"],
    ["width", "'%999999999d' % 1", "text of more than"],
    ["width from a value", "'%*d' % (999999999, 1)", "text of more than"],
    ["precision", "'%.999999999f' % 1", "text of more than"],
    ["width by many", `'${many("%9999d", 1000)}' % ((1,)*1000)`, "text of more than"],
    ["power", "9**9**9", "too large"],
    ["zfill", "''.zfill(10**9)", "text of more than"],
    ["center", "'a'.center(10**9)", "text of more than"],
    ["bar", "get_horizontal_bar(1, 10**9)", "text of more than"],
    ["join", "('a'*1000).join(['b']*5000)", "text of more than"],
    ["replace", "('a'*5000).replace('a', 'b'*5000)", "text of more than"],
    ["replace nothing", "('a'*5000).replace('', 'b'*5000)", "text of more than"],
    ["doubling", `${many("[", 0)}([0]*90000) + ([0]*90000)`, "more than"],
    ["printing", "'%s' % ([[[0]*400]*400]*400)", "too long"],
    ["comparing", "[[0]*4000]*4000 == [[0]*4000]*4000", "more than 100000 steps"],
    ["searching", "('b'+'a'*100000) in 'a'*1000000", "steps"],
    ["lengths", `[${many("len({x.a}),", 4000)}1]`, "steps"],
    ["sorting", "sorted([1]*60000) == sorted([1]*60000)", "steps"],
    ["splitting", "len(('a,'*200000).split(','))", "list of more than"],
  ])("%s", (_, text, reason) => {
    const result = workedWithin(2000, () => outcome(text, many("a", 1_000_000)));
    expect(result).toBeInstanceOf(ExpressionError);
    expect((result as ExpressionError).reason).toContain(reason);
  });

  it.each([
    ["or", `${many("0 or ", 10_000)}1`, 1],
    ["and", `${many("1 and ", 10_000)}2`, 2],
    ["a long list", `len([${many("1,", 30_000)}])`, 30_000],
    ["nested brackets", `${many("(", 150)}1${many(")", 150)}`, 1],
    ["a large text", "len('a'*1000000)", 1_000_000],
  ])("%s is not too much", (_, text, expected) => expect(outcome(text)).toBe(expected));

  it("survives data that holds itself", () => {
    const data: Value[] = [];
    data.push(data, 1);
    for (const text of ["{x.a} == [{x.a}]", "'%s' % {x.a}", "{x.a} < {x.a}", "sorted({x.a})", "set({x.a})"]) {
      outcome(text, data);
    }
    const other: Value[] = [];
    other.push(other, 1);
    const result = outcome("{x.a}['a'] == {x.a}['b']", { a: data, b: other });
    expect(result).toBeInstanceOf(ExpressionError);
  });
});

describe("patterns", () => {
  it.each([
    ["a+b", "aab", true],
    ["^A", "ab", false],
    ["\\bcat\\b", "the cat", true],
    ["^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", "12345678-1234-1234-1234-123456789abc", true],
    ["^(\\d{1,3}\\.){3}\\d{1,3}$", "10.0.0.1", true],
  ])("%s in %s: %s", (text, subject, expected) =>
    expect(compilePattern(text).matches(subject)).toBe(expected),
  );

  it("ignores case when asked to, and keeps both apart", () => {
    expect(compilePattern("^A", { ignoreCase: true }).matches("ab")).toBe(true);
    expect(compilePattern("^A").matches("ab")).toBe(false);
    expect(compilePattern("^A")).toBe(compilePattern("^A"));
  });

  it.each([
    ["(a", "wrong"],
    ["(?=a)", "wrong"],
    ["a".repeat(1001), "longer than"],
    ["((a{100}){100}){100}", "repeats too much"],
    ["([(]a{999}){999}", "repeats too much"],
    ["(\\pL{500}){50}", "repeats too much"],
  ])("%s is refused: %s", (text, reason) => expect(() => compilePattern(text)).toThrow(reason));

  it("takes time in proportion to the text", () => {
    const pattern = compilePattern("^(a+)+$");
    expect(workedWithin(1000, () => pattern.matches(`${many("a", 50_000)}b`))).toBe(false);
  });
});

describe("keys of data reach nothing but data", () => {
  const hostile = JSON.parse(
    '{"__proto__": {"a": 1}, "constructor": "c", "toString": 5, "length": 7}',
  ) as Value;

  it.each([
    ["{x.d}['constructor']", "c"],
    ["{x.d}['toString'] + {x.d}['length']", 12],
    ["{x.d}.get('hasOwnProperty')", null],
    ["'valueOf' in {x.d}", false],
    ["'constructor' in {}", false],
    ["{}.get('__proto' + '__')", null],
    ["{x.d}['__proto' + '__']['a']", 1],
    ["len({x.d})", 4],
    ["sorted({x.d}.keys())[0]", "__proto__"],
    ["'%(constructor)s' % {x.d}", "c"],
  ])("%s is %s", (text, expected) => expect(outcome(text, hostile)).toBe(expected));

  it.each([
    "{x.d}['hasOwnProperty']",
    "{}['constructor']",
    "{}['__proto' + '__']",
    "'%(constructor)s' % {}",
    "[]['length']",
    "''['length']",
    "[].constructor()",
    "{x.d}.constructor()",
    "{x.d}.toString()",
    "''.constructor.constructor('return process')()",
    "constructor('return process')()",
    "hasOwnProperty('a')",
    "len.constructor()",
    "(1).toString()",
  ])("%s is refused", (text) => expect(outcome(text, hostile)).toBeInstanceOf(ExpressionError));

  it("refuses what is not data", () => {
    const foreign = { made: new Date(0), run: () => 1, big: 1n, regexp: /a/ } as unknown as Value;
    for (const key of ["made", "run", "big", "regexp"]) {
      expect(outcome(`{x.d}['${key}']`, foreign)).toBeInstanceOf(ExpressionError);
    }
    expect(outcome("str({x.d}.values())", foreign)).toBeInstanceOf(ExpressionError);
  });
});

const words = [
  ...[
    "1",
    "0",
    "2.5",
    "'a'",
    '"%s"',
    "''",
    "True",
    "None",
    "{x.a}",
    "{{x.a}}",
    "{{x.a||1}}",
    "[",
    "]",
    "(",
    ")",
  ],
  ...[
    "{",
    "}",
    ",",
    ":",
    "+",
    "-",
    "*",
    "/",
    "//",
    "%",
    "**",
    "==",
    "<",
    "<=",
    " in ",
    " not ",
    " and ",
    " or ",
  ],
  ...[
    " is ",
    " if ",
    " else ",
    ".upper()",
    ".split(",
    ".join(",
    "len(",
    "max(",
    "sorted(",
    "str(",
    "=",
    "|",
    "&",
  ],
  ...[
    "^",
    "~",
    ";",
    "lambda",
    "__class__",
    "\\",
    "'",
    '"',
    "#",
    "\n",
    "{{",
    "}}",
    "||",
    ".",
    "9**9",
    "e",
    "😀",
  ],
];

const anyData: fc.Arbitrary<Value> = fc.jsonValue() as fc.Arbitrary<Value>;

describe("whatever is written", () => {
  it("comes to a value or an ExpressionError, soon", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...words), { maxLength: 30 }), anyData, (parts, data) => {
        workedWithin(1000, () => outcome(parts.join(""), data));
      }),
      { numRuns: 5000 },
    );
  });

  it("also when it is any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), (text) => {
        outcome(text);
      }),
      { numRuns: 2000 },
    );
  });

  it("binds data without reading it", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(outcome("{{x.a}}", text)).toBe(text);
        expect(outcome("'%s' % {x.a}", text)).toBe(text);
        expect(outcome("[{{x.a}}, 1][1]", text)).toBe(1);
      }),
    );
  });

  it("reads back its own repr", () => {
    const literal = fc.letrec<{ value: Value }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        fc.constantFrom<Value>(null, true, false),
        fc.integer(),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.string(),
        fc.array(tie("value"), { maxLength: 4 }) as fc.Arbitrary<Value>,
      ),
    })).value;
    fc.assert(
      fc.property(literal, (value) => {
        // A list keeps texts quoted.
        const text = pythonText([value]);
        const readBack = outcome(text);
        expect(readBack).not.toBeInstanceOf(ExpressionError);
        expect(pythonText(readBack as Value)).toBe(text);
      }),
      { numRuns: 1000 },
    );
  });
});
