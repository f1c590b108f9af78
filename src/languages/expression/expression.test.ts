// What expressions come to, table by table of the contract (chapter 2).
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  builtInFunctions,
  type CompileOptions,
  compileExpression,
  ExpressionError,
  type FunctionDefinition,
  functionsByName,
  pythonRepr,
  pythonText,
  toJson,
  type Value,
} from "./index.ts";

interface Scope {
  readonly collector: { readonly [key: string]: Value };
}

const stubs: readonly FunctionDefinition[] = [
  {
    name: "grep_file",
    aliases: ["grep"],
    group: "filesystem",
    doc: "Whether a line holds a text.",
    parameters: [{ name: "string" }, { name: "path" }, { name: "regexp", fallback: false }],
    call: (args) => args.map((argument) => pythonRepr(argument)).join("|"),
  },
  {
    name: "is_plain_file",
    group: "filesystem",
    doc: "Whether there is such a file.",
    parameters: [{ name: "path" }],
    call: ([path]) => path === "/etc/hosts",
  },
  {
    name: "parse_json_file",
    group: "filesystem",
    doc: "What a file holds.",
    parameters: [{ name: "path" }],
    call: () => ({ key: "value" }),
  },
];

const data: Scope["collector"] = {
  cpustats: { cpuall: { "%idle": 42.5 } },
  system: { os: { name: "linux" }, "a b": 1, list: ["a", "b"] },
  low: { idle: 4 },
};

function at(path: readonly string[], from: Value): Value | undefined {
  let value: Value | undefined = from;
  for (const key of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as { readonly [key: string]: Value })[key];
  }
  return value;
}

const options: CompileOptions<Scope> = {
  functions: functionsByName([...builtInFunctions({ random: () => 0.25 }), ...stubs]),
  singlePrefixes: ["collector.", "configuration."],
  placeholder(name) {
    const [prefix, ...path] = name.split(".");
    if (prefix === "configuration") return name.endsWith("warning") ? 5 : "";
    return prefix === "collector" ? ({ collector }) => at(path, collector) : undefined;
  },
};

const compile = (text: string) => compileExpression(text, options);
const evaluate = (text: string, collector = data) => compile(text).evaluate({ collector });
const repr = (text: string) => pythonRepr(evaluate(text));

function fault(text: string, collector = data): ExpressionError {
  try {
    evaluate(text, collector);
  } catch (thrown) {
    if (thrown instanceof ExpressionError) return thrown;
    throw thrown;
  }
  throw new Error(`${text} is not refused`);
}

describe("the contract's own table (2.4)", () => {
  it.each([
    ["1+1", "2"],
    ["2-1", "1"],
    ["10*10", "100"],
    ["100/10", "10"],
    ["2**3", "8"],
    ["16^4", "20"],
    ['"azerty"', "'azerty'"],
    ['("a"=="a")', "True"],
    ['("a"!="b")', "True"],
    ["10 > 5", "True"],
    ["10 < 5", "False"],
    ["10 >= 10", "True"],
    ["10 <= 10", "True"],
    ["13 % 2", "1"],
    ["(1 == 1) and (2 == 3)", "False"],
    ["(1 == 1) or (2 == 3)", "True"],
    ['"v2" in ["v1", "v2"]', "True"],
    ['sorted(["v2", "v1"])', "['v1', 'v2']"],
    ['sorted({"k":"v","k2":"v2"}.values())', "['v', 'v2']"],
    ["False and missing_function()", "False"],
    ['"a" in ["a","b"]', "True"],
    ["parse_json_file('f')", "{'key': 'value'}"],
    ["{collector.low.idle} < {configuration.thresholds.cpuidle.warning}", "True"],
    ["10 | 3", "11"],
    ["10 ^ 3", "9"],
    ["True and False", "False"],
    ["True == False", "False"],
    ["True != False", "True"],
    ["True and not False", "True"],
    ['not ("a"=="a")', "False"],
    ['{"k":"v"}', "{'k': 'v'}"],
    ["(1, 2, 3)", "(1, 2, 3)"],
    ["(1, 2,3) == (1,2,3)", "True"],
    ['"PI %.2f" % 3.14', "'PI 3.14'"],
    ['{"k":"v"}["k"]', "'v'"],
    ['"k" in {"k":"v"}', "True"],
    ['list({"k":"v"}.values())', "['v']"],
    ["min([1,2,3])", "1"],
    ["max([1,2,3])", "3"],
    ["abs(-1)", "1"],
    ["sum([1,2,3])", "6"],
    ["len([1,2,3])", "3"],
    ['set(["v1","v2","v2"])', "{'v1', 'v2'}"],
    ["True or missing_function()", "True"],
    ["is_plain_file('/etc/hosts')", "True"],
    ["'OK: %s%%' % (100-{collector.cpustats.cpuall.%idle})", "'OK: 57.5%'"],
    ['{{collector.nope.x}} == ""', "True"],
  ])("%s is %s", (text, expected) => expect(repr(text)).toBe(expected));
});

describe("literals, operators and quirks (2.2)", () => {
  it.each([
    ["1.5e3", "1500"],
    ["0x10", "16"],
    ["0o17 + 0b11", "18"],
    [".5 + 1.", "1.5"],
    ["1_000", "1000"],
    ["'a' \"b\"", "'ab'"],
    ["u'é' r'\\d' '\\x41\\u00e9\\n\\101\\q'", "'é\\\\dAé\\nA\\\\q'"],
    ["'''a\nb'''", "'a\\nb'"],
    ["[1, 'a', None, True,]", "[1, 'a', None, True]"],
    ["()", "()"],
    ["(1,)", "(1,)"],
    ["{}", "{}"],
    ["{1, 1.0, True, 2}", "{1, 2}"],
    ["{'a': 1, 'a': 2, 1: 3, True: 4}", "{'a': 2, 1: 4}"],
    ["1 + 2 # a remark", "3"],
    ["\n 1 +\n 2\n", "3"],
    ["1 < 2 < 0", "False"],
    ["1 < 2 < 3", "True"],
    ["3 > 2 > 1 == 1", "True"],
    ["(1 < 2) == True", "True"],
    ["2 and 1", "1"],
    ['"a" and "b"', "'b'"],
    ["'' or 0 or []", "[]"],
    ["1 and 2 and 3", "3"],
    ["max([1,2])", "2"],
    ["get_horizontal_bar(1, width=2)", "'\\x1b[38;5;9m██\\x1b[0m'"],
    ["-5 % 3", "1"],
    ["5 % -3", "-1"],
    ["-7 // 2", "-4"],
    ["7.5 // 2", "3"],
    ["2**-1", "0.5"],
    ["-2**2", "-4"],
    ["2**3**2", "512"],
    ["3**33", "5559060566555523"],
    ["1 == 1.0", "True"],
    ['"10" > "9"', "False"],
    ["True + 1", "2"],
    ['"a"*3', "'aaa'"],
    ["3*'ab'", "'ababab'"],
    ["[1]+[2]", "[1, 2]"],
    ["[1, 2] * 2", "[1, 2, 1, 2]"],
    ["(1,) + (2,)", "(1, 2)"],
    ["[1, 2] < [1, 3]", "True"],
    ["(1, 'a') < (1, 'b')", "True"],
    ["[1, 2] < [1, 2, 3]", "True"],
    ["[1, 2, 3] < [1, 2]", "False"],
    ["[1, 2, 3] > [1, 2]", "True"],
    ["[1, 2] >= [1, 2]", "True"],
    ["(1,) < (1, 0)", "True"],
    ["[] < [0]", "True"],
    ["sorted([(1, 2), (1,), ()])", "[(), (1,), (1, 2)]"],
    ["[1, [2]] == [1, [2.0]]", "True"],
    ["[1] == (1,)", "False"],
    ["{'a': 1} == {'a': 1.0}", "True"],
    ["{1, 2} == {2, 1}", "True"],
    ["{1} == {1, 2}", "False"],
    ["{1, 2} == {1}", "False"],
    ["{1, 2} != {1, 3}", "True"],
    ["[1] == [1, 2]", "False"],
    ["{'a': 1} == {'a': 1, 'b': 2}", "False"],
    ["1 not in [1]", "False"],
    ["None is None", "True"],
    ["1 is True", "False"],
    ["1 is not None", "True"],
    ["'yes' if 0 else 'no'", "'no'"],
    ["1 if True else 2 if False else 3", "1"],
    ["not 1 == 2", "True"],
    ["not True and False", "False"],
    ["True and not False or False", "True"],
    ["not False and not False", "True"],
    ["+5", "5"],
    ["~5", "-6"],
    ["- -5", "5"],
    ["5 & 6", "4"],
    ["[True & False, True | False, True ^ True, True & 1, True + True]", "[False, True, False, 1, 2]"],
    ["4294967296 | 1", "4294967297"],
    ["{1, 2} & {2, 3}", "{2}"],
    ["{1, 2} - {2}", "{1}"],
    ["{1} | {2}", "{1, 2}"],
    ["{1, 2} ^ {2, 3}", "{1, 3}"],
    ["[1, 2, 3][-1]", "3"],
    ["[1, 2, 3][1:]", "[2, 3]"],
    ["'abcdef'[::-2]", "'fdb'"],
    ["'abc'[-2:]", "'bc'"],
    ["(1, 2, 3)[0:2]", "(1, 2)"],
    ["'a😀b'[1]", "'😀'"],
    ["len('a😀b')", "3"],
    ["'b' in 'abc'", "True"],
    ["2 in {1: 2}", "False"],
    ["True in {1}", "True"],
    ["(1, 2) in {(1, 2)}", "True"],
    ["0.1 + 0.2", "0.30000000000000004"],
    ["1e16", "1e+16"],
    ["0.00001", "1e-05"],
    ["42.0 + 1", "43"],
    ["0 * -1", "0"],
    ["'it\\'s'", '"it\'s"'],
  ])("%s is %s", (text, expected) => expect(repr(text)).toBe(expected));
});

describe("text by percent signs", () => {
  it.each([
    ["'%s %s' % (1, 'a')", "1 a"],
    ["'%s' % [1, 'a']", "[1, 'a']"],
    ["'%s' % ((1, 2),)", "(1, 2)"],
    ["'%r %s' % ('a', None)", "'a' None"],
    ["'%d %i %u' % (3.9, -3.9, True)", "3 -3 1"],
    ["'%5.1f|%-6.2f|%06.1f|%+.0f' % (3.14159, 2.5, -2.55, 7)", "  3.1|2.50  |-002.5|+7"],
    ["'%.0f %.0f %.2f' % (0.5, 1.5, 0.125)", "0 2 0.12"],
    ["'%f' % 1", "1.000000"],
    ["'%F %e %E' % (1, 12345.678, 0.00012)", "1.000000 1.234568e+04 1.200000E-04"],
    ["'%g %g %g %G' % (0.0001, 1e-5, 123456789, 1e-10)", "0.0001 1e-05 1.23457e+08 1E-10"],
    ["'%x %X %o %#x %#o' % (255, 255, 8, 255, 8)", "ff FF 10 0xff 0o10"],
    ["'%c%c' % ('a', 98)", "ab"],
    ["'%5s|%-5s|%.2s|%05d' % ('a', 'b', 'cdef', 42)", "    a|b    |cd|00042"],
    ["'%*d|%-*d|' % (4, 1, 3, 2)", "   1|2  |"],
    ["'%(a)s-%(b)03d %%' % {'a': 'x', 'b': 7, 'c': 0}", "x-007 %"],
    ["'% d' % 5", " 5"],
    ["'%.3d' % 5", "005"],
    ["'none' % {}", "none"],
    ["'none' % [1]", "none"],
    ["'100%%' % ()", "100%"],
    ["'%s' % 1e21", "1e+21"],
    ["'%.1f' % 1e22", "10000000000000000000000.0"],
  ])("%s is %s", (text, expected) => expect(evaluate(text)).toBe(expected));

  it.each([
    ["'%s %s' % 1", "more places than"],
    ["'%s' % (1, 2)", "fewer places than"],
    ["'a' % 5", "fewer places than"],
    ["'%d' % 'a'", "%d needs a number, not str"],
    ["'%x' % 1.5", "whole number"],
    ["'%y' % 1", "there is no %y"],
    ["'50%' % 1", "a percent sign is %%"],
    ["'%(a)s' % {}", "no value for %(a)"],
    ["'%c' % 'ab'", "one character"],
  ])("%s is refused: %s", (text, reason) => expect(fault(text).reason).toContain(reason));
});

describe("methods", () => {
  it.each([
    ["'aB'.upper() + 'aB'.lower()", "'ABab'"],
    ["' a '.strip() + 'xax'.lstrip('x') + 'xax'.rstrip('x')", "'aaxxa'"],
    ["'a,b,c'.split(',')", "['a', 'b', 'c']"],
    ["' a  b c '.split()", "['a', 'b', 'c']"],
    ["'a,b,c'.split(',', 1)", "['a', 'b,c']"],
    ["'a,b,c'.rsplit(',', maxsplit=1)", "['a,b', 'c']"],
    ["' a  b c '.split(None, 1)", "['a', 'b c ']"],
    ["'-'.join(['a', 'b'])", "'a-b'"],
    ["'aaa'.replace('a', 'b', 2)", "'bba'"],
    ["'ab'.replace('', '-')", "'-a-b-'"],
    ["'abc'.startswith('ab') and 'abc'.endswith(('x', 'c'))", "True"],
    ["'abc'.find('c') + 'abc'.find('x') + 'abab'.count('ab')", "3"],
    ["'the dog'.title() + 'ABC'.capitalize()", "'The DogAbc'"],
    ["'12'.isdigit() and not ''.isdigit()", "True"],
    ["'-7'.zfill(4)", "'-007'"],
    ["'a\\nb\\r\\n'.splitlines()", "['a', 'b']"],
    ["{'a': 1}.items()", "[('a', 1)]"],
    ["{'a': 1}.keys() + [{'a': 1}.get('a'), {}.get('b'), {}.get('b', 2)]", "['a', 1, None, 2]"],
    ["[1, 2, 1].count(1) + (5, 6).index(6)", "3"],
    ["{1}.union([2], {3})", "{1, 2, 3}"],
    ["{1, 2}.intersection([2]).issubset({2, 3})", "True"],
    ["{1, 2}.difference([2])", "{1}"],
    ["{{collector.system.os}}['name'].upper()", "'LINUX'"],
    ["'ab'.center(5, '*')", "'**ab*'"],
  ])("%s is %s", (text, expected) => expect(repr(text)).toBe(expected));
});

describe("functions", () => {
  it.each([
    ["grep('centos','/etc/redhat-release')", "\"'centos'|'/etc/redhat-release'|False\""],
    ["grep_file(path='b', string='a', regexp=True)", "\"'a'|'b'|True\""],
    ["min(3, 1, 2) + max((4, 5))", "6"],
    ["sum([0.5, 0.25], 1)", "1.75"],
    ["sorted([3, 1, 2], reverse=True)", "[3, 2, 1]"],
    ["str(1) + str('a') + str(None)", "'1aNone'"],
    ["int('12') + int(3.9) + float('1.5')", "16.5"],
    ["round(2.5) + round(2.675, 2)", "4.67"],
    ["bool([]) or bool('a')", "True"],
    ["list('ab') + list({'k': 1})", "['a', 'b', 'k']"],
    ["len(set())", "0"],
    ["string_upper('a') + string_lower('B')", "'Ab'"],
    ["string_join(string_split('a b', ' '), '-')", "'a-b'"],
    ["set_difference([1, 2], [2])", "{1}"],
    ["set_intersection([1, 2], {2, 3})", "{2}"],
    ["reverse([1, 2, 3])", "[3, 2, 1]"],
    ["random()", "0.25"],
    ["randomint_between(1, 4)", "2"],
    ["sorted(shuffle([1, 2, 3]))", "[1, 2, 3]"],
    ["colorize('a', 3)", "'\\x1b[38;5;3ma\\x1b[0m'"],
    ["get_horizontal_bar(50, 4) == get_horizontal_bar(0.5, width=4)", "True"],
    ["'50%' in get_donut(50)", "True"],
  ])("%s is %s", (text, expected) => expect(repr(text)).toBe(expected));

  it.each(["md5", "sha1", "sha224", "sha256", "sha384", "sha512"])("hash by %s", (algorithm) => {
    const expected = createHash(algorithm).update("é").digest("hex");
    expect(evaluate(`hash('é', '${algorithm}')`)).toBe(expected);
  });

  it.each([
    ["hash('a', 'crc')", "there is no hash"],
    ["max([])", "nothing to choose"],
    ["sum(['a'])", "a number is needed, not str"],
    ["int('1.5')", "no whole number"],
    ["int(1e300 * 1e10)", "too large"],
    ["colorize('a', 65)", "1 to 64"],
    ["randomint_between(2, 1)", "not above"],
    ["len(5)", "number has no length"],
  ])("%s is refused: %s", (text, reason) => expect(fault(text).message).toContain(reason));

  it("knows what an expression uses", () => {
    const used = compile(
      "grep('a', 'b') and len({{collector.a.b}}) or {configuration.a|c} or grep('c', 'd')",
    );
    expect([...used.calls]).toEqual(["grep_file", "len"]);
    expect(used.placeholders).toEqual(["collector.a.b", "configuration.a|c"]);
  });
});

describe("data that is not there (2.1)", () => {
  it.each([
    ['{{collector.no.x}} == ""', "True"],
    ['"" == {{collector.no.x}}', "True"],
    ['{{collector.no.x}} != ""', "False"],
    ["{{collector.no.x}} == 0", "False"],
    ["{{collector.no.x}} == {{collector.no.y}}", "True"],
    ["not {{collector.no.x}}", "True"],
    ["1 if {{collector.no.x}} else 2", "2"],
    ["{{collector.no.x}} and 1 < 2 or 3", "3"],
    ["{{collector.no.x}} in ['', 'a']", "True"],
    ["{{collector.no.x}} not in ['a']", "True"],
    ["{{collector.no.x}} is None", "False"],
    ["{{collector.no.x}}", "''"],
    ["{{collector.no.x||42}} + 1", "43"],
    ["{{collector.no.x||[]}}", "[]"],
    ["{{collector.no.x||{}}}", "{}"],
    ["{{collector.no.x||{'a': '}}'}}}", "{'a': '}}'}"],
    ["{{collector.no.x||{{collector.no.y||'b'}}}}", "'b'"],
    ["{{collector.low.idle||missing.x if 1 else 2}}".replace("missing.x", "7"), "4"],
  ])("%s is %s", (text, expected) => expect(repr(text)).toBe(expected));

  it.each([
    "{{collector.no.x}} < 1",
    "{{collector.no.x}} >= 1",
    "1 > {{collector.no.x}}",
    "'' < {{collector.no.x}}",
    "0 < {{collector.no.x}} < 5",
    "{{collector.no.x}} + 1",
    "1 - {{collector.no.x}}",
    "-{{collector.no.x}}",
    "'%s' % {{collector.no.x}}",
    "'%s' % ({{collector.no.x}},)",
    "len({{collector.no.x}})",
    "{{collector.no.x}}.upper()",
    "{{collector.no.x}}['a']",
    "{{collector.no.x}}[1:]",
    "[{{collector.no.x}}]",
    "'a' in {{collector.no.x}}",
    "{collector.no.x} > 5",
  ])("%s says that there is no data", (text) => {
    expect(fault(text)).toMatchObject({ message: "no data: collector.no.x", missing: "collector.no.x" });
  });
});

describe("placeholders", () => {
  it.each([
    ["{collector.system.os.name}", "'linux'"],
    ["{{ collector.system.a b }}", "1"],
    ["{{collector.system.list}}[1]", "'b'"],
    ["'{{collector.low.idle}} {collector.low.idle}'", "'{{collector.low.idle}} {collector.low.idle}'"],
    ["{'collector.x': 1}", "{'collector.x': 1}"],
    ["{'a': {collector.low.idle}}", "{'a': 4}"],
    ["{{collector.low.idle}}+{{collector.low.idle}}", "8"],
  ])("%s is %s", (text, expected) => expect(repr(text)).toBe(expected));

  it.each([
    ["{{unknown.x}}", "nothing is known as", 1],
    ["1 + {{unknown.x}}", "nothing is known as", 5],
    ["{{collector.x", "{{ is never closed", 1],
    ["{{}}", "names nothing", 1],
    ["{{collector.x||}}", "no default", 1],
    ["1 + {{collector.x||(}}", "} closes nothing", 21],
  ])("%s is refused", (text, reason, column) => {
    expect(fault(text)).toMatchObject({ column, reason: expect.stringContaining(reason) });
  });

  it("never reads data as part of the expression", () => {
    const evil = { x: "' or True or '", y: "{{collector.z}}" };
    expect(evaluate("{{collector.e.x}} == 'a'", { e: evil })).toBe(false);
    expect(evaluate("{{collector.e.y}}", { e: evil })).toBe("{{collector.z}}");
  });
});

describe("what is not part of the language", () => {
  it.each([
    ["lambda x: x", "lambda", 1],
    ["[x for x in [1]]", "comprehensions", 4],
    ["[1 for x in [1]]", "comprehensions", 4],
    ["f'{1}'", "f''", 1],
    ["b'a'", "prefix b", 1],
    ["'a'.upper", "attributes", 5],
    ["''.__class__", "__", 4],
    ["__import__('os')", "__", 1],
    ["''.__class__()", "__", 4],
    ["{}['__class__']", "__", 4],
    ["a = 1", "assignment", 3],
    ["1 = 1", "assignment", 3],
    ["(1 := 1)", "assignment", 4],
    ["await 1", "await", 1],
    ["1; 2", "only one", 2],
    ["len(*[1])", "* before a value", 5],
    ["len(**{})", "** before a value", 5],
    ["[*[1]]", "* before a value", 2],
    ["unknown(1)", 'no function "unknown"', 1],
    ["1 + foo", 'no "foo"', 5],
    ["1 <> 2", "write !=", 3],
    ["1 || 2", "write or", 3],
    ["1 && 2", "write and", 3],
    ["!1", "write not", 1],
    ["1 << 2", "<<", 3],
    ["[1] @ [2]", "@", 5],
    ["import os", "import", 1],
    ["yield 1", "yield", 1],
    ["(1, 2", "( is never closed", 1],
    ["1)", ") closes nothing", 2],
    ["1) + (2", ") closes nothing", 2],
    ["(1]", "] closes nothing", 3],
    ["'abc", "no end", 1],
    ["'a\nb'", "no end", 1],
    ["", "empty", 1],
    ["  ", "empty", 1],
    ["1 +", "ends too early", 4],
    ["1 2", "does not fit", 3],
    ["1 if 2", "ends too early", 7],
    ["a.b.c()", "write ['b']", 3],
    ["(1)(2)", "only functions", 4],
    ["len(1, 2)", "no more than 1", 4],
    ["len()", "lacks value", 4],
    ["len(valve=1)", "lacks value", 4],
    ["len(1, value=1)", "twice", 4],
    ["len(value=1, value=1)", "twice", 14],
    ["grep_file('a', 'b', c=1)", "has no c", 10],
    ["len(value=1, 2)", "come before", 14],
    ["max([1,2],key=1)", "has no key", 4],
    ["0777", "0o777", 1],
    ["1x", "is not a number", 1],
    ["1j", "is not a number", 1],
    ["9007199254740992", "number too large", 1],
    ["$x", "not part of this language", 1],
    ["1 == not 2", "does not fit", 6],
    ["x[1]", 'no "x"', 1],
    ["[1][]", "no item", 4],
    ["...", "does not fit", 1],
    ["print 1", "does not fit", 7],
  ])("%s", (text, reason, column) => {
    const error = fault(text);
    expect(error.reason).toContain(reason);
    expect(error.column).toBe(column);
  });

  it.each([
    ["1 / 0", "division by zero"],
    ["1 // 0", "division by zero"],
    ["1 % 0", "division by zero"],
    ["0 ** -1", "division by zero"],
    ['3 > "a"', "number and str have no order"],
    ["None < 1", "None and number have no order"],
    ["[1] < (1,)", "list and tuple have no order"],
    ["1 + 'a'", "+ does not join number and str"],
    ["'a' - 'b'", "- does not join"],
    ["'a' * 1.5", "whole number of times"],
    ["1 in 5", "nothing can be in number"],
    ["1 in 'a'", "cannot be in a str"],
    ["9007199254740991 + 1", "number too large"],
    ["9007199254740991 * 3", "number too large"],
    ["2 ** 53", "number too large"],
    ["9**9**9", "too large"],
    ["1e308 * 10", "too large"],
    ["(-8) ** 0.5", "not a number"],
    ["1.5 | 1", "whole numbers"],
    ["-'a'", "needs a number"],
    ["[1][1]", "no item 1"],
    ["{}['a']", "no key 'a'"],
    ["[1]['a']", "whole number"],
    ["5[0]", "no items"],
    ["[1][::0]", "not zero"],
    ["{[1]: 2}", "keys"],
    ["{[1]}", "cannot be in a set"],
    ["set([(1, [2])])", "cannot be in a set"],
    ["'a'.format(1)", "no method"],
    ["'a'.constructor()", "no method"],
    ["[].append(1)", "no method"],
    ["(5).upper()", "no method"],
    ["''.join([1])", "a str is needed"],
  ])("%s fails: %s", (text, reason) => expect(fault(text).reason).toContain(reason));
});

describe("results as text and JSON (2.3)", () => {
  it.each([
    ["True", "True"],
    ["None", "None"],
    ["'a'", "a"],
    ["57.5", "57.5"],
    ["43.0", "43"],
    ["('a', 1)", "('a', 1)"],
    ["set()", "set()"],
    ["[{'a': None}]", "[{'a': None}]"],
    ["1e300", "1e+300"],
  ])("%s prints %s", (text, expected) => expect(pythonText(evaluate(text))).toBe(expected));

  it.each([
    ["(1, {2}, {'a': None}, 'x')", [1, [2], { a: null }, "x"]],
    ["{1: True, None: [()]}", { 1: true, None: [[]] }],
  ])("%s is %j", (text, expected) => expect(toJson(evaluate(text))).toEqual(expected));

  it("cannot reach a prototype by a key", () => {
    const made = toJson(evaluate("dict([('__proto__', {'x': 1})])"));
    expect(JSON.stringify(made)).toBe('{"__proto__":{"x":1}}');
    expect(Object.getPrototypeOf(made)).toBe(Object.prototype);
  });
});
