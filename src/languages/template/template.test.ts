// Templates: faults with their line, what cannot be reached, what is too much.
import * as huggingface from "@huggingface/jinja";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { workedWithin } from "../../../test/support/worked.ts";
import { ExpressionError, type FunctionDefinition, functionsByName } from "../expression/index.ts";
import { compileTemplate, TemplateError, type TemplateOptions } from "./index.ts";

interface Host {
  readonly nodes: readonly string[];
}

const okNodes: FunctionDefinition<Host> = {
  name: "ok_nodes",
  aliases: ["alive_nodes"],
  group: "gossip",
  doc: "Nodes that are well.",
  parameters: [
    { name: "group", fallback: "" },
    { name: "if_none", fallback: "" },
  ],
  call([group, ifNone], { nodes }) {
    const found = nodes.filter((node) => group === "" || node === group);
    if (found.length === 0 && ifNone === "raise") throw new ExpressionError("there is no such node");
    return found.map((name) => ({ name }));
  },
};

const soon: FunctionDefinition<Host> = {
  ...okNodes,
  name: "soon",
  aliases: [],
  call: () => Promise.reject(new Error("never seen")),
};

const functions = functionsByName([okNodes, soon]);
const host: Host = { nodes: ["a", "b"] };

type Variables = Readonly<Record<string, unknown>>;

function render(
  text: string,
  variables: Variables = {},
  options: Partial<TemplateOptions<Host>> = {},
): string {
  return compileTemplate<Host>(text, { name: "mail.tpl", functions, ...options }).render(variables, host);
}

function fault(
  text: string,
  variables: Variables = {},
  options: Partial<TemplateOptions<Host>> = {},
): TemplateError {
  let made: string;
  try {
    made = render(text, variables, options);
  } catch (thrown) {
    if (thrown instanceof TemplateError) return thrown;
    throw thrown;
  }
  throw new Error(`${text} is not refused: ${made}`);
}

describe("functions and data with functions", () => {
  const compliance = {
    get_name: () => "ssh",
    get_state: (kind: unknown) => `ok ${String(kind)}`,
    when: async () => 1,
  };

  it.each([
    ["{% for n in ok_nodes() %}{{ n.name }}{% endfor %}", "ab"],
    ["{{ ok_nodes(group='b')[0].name }}{{ alive_nodes('a')|length }}", "b1"],
    ["{{ compliance.get_name() }} {{ compliance['get_state']('x') }}", "ssh ok x"],
    ["{{ direct(2) }}", "3"],
    ["{{ nothing() }}", "None"],
  ])("%s is %s", (text, expected) => {
    const variables = { compliance, direct: (number: number) => number + 1, nothing: () => undefined };
    expect(render(text, variables)).toBe(expected);
  });

  it.each([
    ["{{ ok_nodes('c', if_none='raise') }}", "ok_nodes(): there is no such node"],
    ["{{ ok_nodes(x=1) }}", "has no x"],
    ["{{ soon() }}", "soon() needs time"],
    ["{{ compliance.when() }}", "needs time"],
    ["{{ compliance.get_name(a=1) }}", "no arguments by name"],
    ["{{ compliance.nope() }}", "no method"],
    ["{{ wrong() }}", "wrong() answers with object"],
    ["{{ broken() }}", "broken(): gone"],
  ])("%s is refused: %s", (text, reason) => {
    const broken = () => {
      throw new Error("gone");
    };
    expect(fault(text, { compliance, wrong: () => new Map([[1, 2]]).entries(), broken }).reason).toContain(
      reason,
    );
  });
});

describe("faults", () => {
  it.each([
    ["a\nb {{ 1 / 0 }}", 2, "division by zero"],
    ["a\n{% if 1 %}\n{{ x.y }}\n{% endif %}", 3, "'x' is undefined"],
    ["{% for i in [1] %}\n\n{{ i.a.b }}{% endfor %}", 3, "'number' has no 'a'"],
    ["a\n{{ 1 +* 2 }}", 2, "*"],
    ["a\n\n{% nope %}", 3, 'the tag "nope" is unknown'],
    ["{% endif %}", 1, "out of its place"],
    ["a\n{% if 1 %}\nb", 2, "elif or else or endif is missing"],
    ["{% for x in y %}{% else %}", 1, "endfor is missing"],
    ["\n{{ x ", 2, "never closed"],
    ["\n{% if x ", 2, "never closed"],
    ["{# x", 1, "never closed"],
    ["{% raw %}", 1, "never closed by endraw"],
    ["{{ x|nope }}", 1, 'no filter "nope"'],
    ["{{ x is nope }}", 1, 'no test "nope"'],
    ["{{ }}", 1, "too early"],
    ["{{ a b }}", 1, "does not fit"],
    ["{% set true = 1 %}", 1, "cannot be set"],
    ["{% set x.y = 1 %}{{ x }}", 1, "no namespace"],
    ["{% set a, b = 1, 2, 3 %}", 1, "2 names cannot be set to 3 values"],
    ["{% for a, b in [1] %}{% endfor %}", 1, "no length"],
    ["{% block a %}{% endblock %}\n{% block a %}{% endblock %}", 2, "twice"],
    ["{% include 'nope' %}", 1, 'no template "nope"'],
    ["{% macro m(x) %}{{ x + 1 }}{% endmacro %}{{ m() }}", 1, "the argument 'x' was not given"],
    ["{{ x() }}", 1, "'x' is undefined"],
    ["{% set x = 1 %}{{ x() }}", 1, "cannot be called"],
    ["{{ x < 1 }}", 1, "'x' is undefined"],
    ["{{ x + 1 }}", 1, "'x' is undefined"],
    ["{{ 1|upper(2) }}", 1, "no more than 0"],
    ["{{ [1]|replace('a') }}", 1, "lacks new"],
    ["{{ 'a'|int|upper|abs }}", 1, "a number is needed"],
    ["{{ super() }}", 1, "undefined"],
    ["{% block a %}{{ super() }}{% endblock %}", 1, "no further version"],
    ["{% break %}", 1, "unknown"],
    ["{{ lambda: 1 }}", 1, "does not fit"],
    ["{{ [x for x in y] }}", 1, "comprehensions"],
    ["{% for i in [[1]] recursive %}{% endfor %}", 1, "recursive"],
  ])("%j is refused at line %d: %s", (text, line, reason) => {
    const error = fault(text);
    expect(error).toMatchObject({ template: "mail.tpl", line });
    expect(error.reason).toContain(reason);
    expect(error.message).toBe(`mail.tpl:${line}: ${error.reason}`);
  });

  it("names the template that the fault is in", () => {
    const load = (name: string) => (name === "inner" ? "a\n\n{{ 1/0 }}" : "{{");
    expect(fault("\n{% include 'inner' %}", {}, { load }).message).toBe("inner:3: division by zero");
    expect(fault("\n{% include 'other' %}", {}, { load }).message).toContain("other:1: ");
  });
});

describe("nothing but data can be reached", () => {
  const hostile: Variables = {
    check: { name: "cpu", list: [1], __proto__: { inherited: "secret" } },
    made: new (class Made {
      secret = "secret";
      get other() {
        return "secret";
      }
    })(),
    date: new Date(0),
    run: () => "secret".slice(0, 0),
    parsed: JSON.parse('{"__proto__": {"polluted": "own"}}'),
  };

  it.each([
    "{{ ''.constructor.constructor('return process')() }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ ''['__class__']['__mro__'] }}",
    "{{ [].constructor.constructor('return this')() }}",
    "{{ range.constructor('return process')() }}",
    "{{ run.constructor('return process')() }}",
    "{{ run['constructor']('return process')() }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ joiner.__init__.__globals__ }}",
    "{{ namespace.__init__.__globals__ }}",
    "{{ self.__init__.__globals__ }}",
    "{{ self._TemplateReference__context }}",
    "{{ config.__class__.__init__.__globals__['os'] }}",
    "{{ request.application.__globals__.__builtins__.__import__('os') }}",
    "{{ lipsum.__globals__['os'].popen('id').read() }}",
    "{{ ''|attr('__class__')|attr('__mro__') }}",
    "{{ check|attr('constructor') }}",
    "{{ check|map(attribute='constructor')|list }}",
    "{{ [check]|map(attribute='inherited')|list }}",
    "{{ [check]|selectattr('constructor')|list }}",
    "{{ check.constructor }}",
    "{{ check['constructor'] }}",
    "{{ check.__proto__ }}",
    "{{ check['__proto__'] }}",
    "{{ check.inherited }}",
    "{{ check.toString() }}",
    "{{ check.hasOwnProperty('name') }}",
    "{{ check.list.length }}",
    "{{ check.list.push(1) }}",
    "{{ check.list.constructor }}",
    "{{ check.name.length }}",
    "{{ made.secret }}",
    "{{ made.other }}",
    "{{ date.getTime() }}",
    "{{ (1).constructor }}",
    "{{ 1.0.constructor }}",
    "{{ constructor }}",
    "{{ __proto__ }}",
    "{{ toString }}",
    "{{ process }}{{ globalThis }}{{ global }}{{ require }}",
    "{{ '%s'.format(1) }}",
    "{{ '{0.__class__}'.format(1) }}",
    "{% set x = namespace() %}{{ x.constructor }}{{ x.__proto__ }}{{ x.values }}",
    "{% set x = namespace() %}{% set x.__proto__ = 1 %}{{ {}.polluted }}",
    "{{ dict(__proto__=1).polluted }}",
    "{% macro m() %}{% endmacro %}{{ m.call }}{{ m.constructor('return process')() }}",
    "{% macro m() %}{% endmacro %}{{ m.name }}",
    "{% for i in [1] %}{{ loop.constructor }}{{ loop.cycle.constructor }}{% endfor %}",
    "{{ check.items.constructor('return process')() }}",
    "{{ ({}).polluted }}",
    "{% import 'm' as m %}{{ m.constructor }}{{ m.__proto__ }}",
    "{{ parsed.polluted }}",
    "{{ (html|safe).constructor }}",
  ])("%s is refused, or nothing", (text) => {
    let made = "";
    try {
      made = render(text, hostile, { load: () => "{% set a = 1 %}" });
    } catch (thrown) {
      expect(thrown).toBeInstanceOf(TemplateError);
    }
    expect(made.replaceAll(/[[\]',]/g, "")).toBe("");
  });

  it("takes own keys of any name for data", () => {
    expect(
      render("{{ parsed['__proto' ~ '__'].polluted }}{{ d.constructor }}", {
        ...hostile,
        d: { constructor: "c" },
      }),
    ).toBe("ownc");
  });

  it("changes nothing that it was given", () => {
    const given = { list: [3, 1], map: { a: 1 } };
    const text = "{{ list|sort }}{{ list|reverse|list }}{% set list = 1 %}{% set map = 2 %}{{ map }}";
    expect(render(text, given)).toBe("[1, 3][1, 3]2");
    expect(given).toEqual({ list: [3, 1], map: { a: 1 } });
  });
});

describe("what is too much is refused, soon", () => {
  const load = (name: string) =>
    ({
      self: "{% include 'self' %}",
      a: "{% extends 'b' %}",
      b: "{% extends 'a' %}",
      importing: "{% import 'importing' as x %}",
    })[name];

  it.each([
    ["range", "{{ range(10**9) }}", "list of more than"],
    [
      "endless loops",
      "{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}",
      "steps",
    ],
    ["output", "{% for a in range(90000) %}{{ 'x' * 100 }}{% endfor %}", "longer than"],
    [
      "captured output",
      "{% set x %}{% for a in range(90000) %}{{ 'x' * 100 }}{% endfor %}{% endset %}",
      "longer than",
    ],
    [
      "doubling",
      "{% set n = namespace(x='aa') %}{% for a in range(99) %}{% set n.x = n.x + n.x %}{% endfor %}",
      "text of more",
    ],
    [
      "doubling by ~",
      "{% set n = namespace(x='aa') %}{% for a in range(99) %}{% set n.x = n.x ~ n.x %}{% endfor %}",
      "text of more",
    ],
    [
      "growing lists",
      "{% set n = namespace(x=[1]) %}{% for a in range(99) %}{% set n.x = n.x + n.x %}{% endfor %}",
      "list of more",
    ],
    [
      "nesting data",
      "{% set n = namespace(x=[1]) %}{% for a in range(9999) %}{% set n.x = [n.x] %}{% endfor %}{{ n.x }}",
      "nested too deeply",
    ],
    ["including itself", "{% include 'self' %}", "nested deeper than 20"],
    ["extending in a circle", "{% extends 'a' %}", "nested deeper than 20"],
    ["importing itself", "{% import 'importing' as y %}", "nested deeper than 20"],
    [
      "macros that call themselves",
      "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
      "nested deeper than 20",
    ],
    ["blocks that call themselves", "{% block b %}{{ self.b() }}{% endblock %}", "nested deeper than 20"],
    ["nested tags", "{% if 1 %}".repeat(10_000) + "{% endif %}".repeat(10_000), "nested deeper than 50"],
    ["nested brackets", `{{ ${"(".repeat(10_000)}1${")".repeat(10_000)} }}`, "nested deeper than 200"],
    ["filters", `{{ 1${"|string".repeat(5000)} }}`, "nested deeper than 200"],
    ["tests", `{{ 1${" is defined".repeat(5000)} }}`, "nested deeper than 200"],
    ["attributes", `{{ a${".a".repeat(5000)} }}`, "nested deeper than 200"],
    ["the template", "a".repeat(262_145), "longer than 262144"],
    ["batch", "{{ [1]|batch(10**9, 'x') }}", "list of more than"],
    ["slice", "{{ [1]|slice(10**9) }}", "list of more than"],
    ["center", "{{ 'a'|center(10**9) }}", "text of more than"],
    ["indent", "{{ 'a\n'|indent(10**9) }}", "text of more than"],
    ["join", "{{ range(5000)|join('x' * 1000) }}", "text of more than"],
    ["format", "{{ '%999999999d'|format(1) }}", "text of more than"],
    [
      "many templates",
      "{% for i in range(999) %}{% include 'x' ~ i ignore missing %}{% endfor %}",
      "more than 200 templates",
    ],
    [
      "work on texts",
      "{% set x = 'a' * 1000000 %}{% for i in range(9999) %}{% set y = x|upper %}{% endfor %}",
      "steps",
    ],
    ["lengths", "{% set x = 'a' * 1000000 %}{% for i in range(9999) %}{{ x|length }}{% endfor %}", "steps"],
    [
      "comparing texts",
      "{% set x = 'a' * 1000000 %}{% for i in range(9999) %}{{ x == x|string }}{% endfor %}",
      "steps",
    ],
    ["wordwrap", "{{ ('a' * 90000)|wordwrap(1, wrapstring='x' * 1000) }}", "text of more than"],
  ])("%s", (_, text, reason) => {
    expect(workedWithin(3000, () => fault(text, {}, { load })).reason).toContain(reason);
  });

  it("takes other limits", () => {
    expect(fault("{% for i in range(100) %}{% endfor %}", {}, { limits: { steps: 50 } }).reason).toContain(
      "50 steps",
    );
    expect(fault("{{ 'aaaa' }}", {}, { limits: { textLength: 3 } }).reason).toContain("longer than 3");
  });
});

const pieces = [
  ...[
    "{{",
    "}}",
    "{%",
    "%}",
    "{#",
    "#}",
    "-",
    "+",
    " ",
    "\n",
    "a",
    "x.y",
    "'t'",
    "1",
    "[",
    "]",
    "(",
    ")",
    "|",
    "~",
  ],
  ...[
    "if ",
    "else",
    "endif",
    "for i in ",
    "endfor",
    "set x = ",
    "block b",
    "endblock",
    "macro m()",
    "endmacro",
  ],
  ...[
    "{% if 1 %}",
    "{% endif %}",
    "{{ x }}",
    "{% raw %}",
    "{% endraw %}",
    "is ",
    "not ",
    "defined",
    "upper",
    "join('')",
  ],
  ...[
    "range(9)",
    "loop.index",
    "{% for i in x %}",
    "{% endfor %}",
    "==",
    ",",
    "include 'a'",
    "extends 'a'",
    "super()",
  ],
];

describe("whatever is written", () => {
  it("comes to a text or a TemplateError, soon", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 25 }), (parts) => {
        const text = parts.join("");
        workedWithin(2000, () => {
          try {
            render(text, { x: [1, { y: 2 }] }, { load: () => text });
          } catch (thrown) {
            expect(thrown).toBeInstanceOf(TemplateError);
          }
        });
      }),
      { numRuns: 3000 },
    );
  });

  it("prints data as it is, and escapes it where that is asked for", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(render("{{ x }}", { x: text })).toBe(text);
        expect(render("{{ x }}", { x: text }, { autoescape: true })).not.toMatch(/[<>"']/);
      }),
    );
  });
});

describe("agrees with another engine on what that has", () => {
  const variables = {
    name: "cpu",
    users: ["ann", "Bob"],
    map: { a: 1, b: [1, 2] },
    t: true,
    zero: 0,
    text: "a b",
  };

  it.each([
    "{{ name|upper }} {{ name|title }} {{ users|join(', ') }} {{ users|length }}",
    "{% for u in users %}{{ loop.index }}{{ u }}{{ loop.first }}{{ loop.last }}{% endfor %}",
    "{% for u in users if u != 'ann' %}{{ u }}{% else %}none{% endfor %}",
    "{% if t and not zero %}a{% elif zero %}b{% else %}c{% endif %}",
    "{% set x = 1 + 2 * 3 %}{{ x }}{{ x % 4 }}{{ x - 10 }}",
    "{% set ns = namespace(n=0) %}{% for i in range(4) %}{% set ns.n = ns.n + i %}{% endfor %}{{ ns.n }}",
    "{% macro m(a, b=2) %}{{ a }}{{ b }}{% endmacro %}{{ m(1) }}{{ m(3, b=4) }}",
    "{{ map.a }}{{ map['b'][1] }}{{ users[-1] }}{{ users[:1]|first }}",
    "{% for k, v in map.items() %}{{ k }}{% endfor %}",
    "{{ text.split(' ')|last }}{{ text.upper() }}{{ text.replace('a', 'c') }}",
    "{{ 'x' if t else 'y' }}{{ missing is defined }}{{ t is boolean }}{{ 3 is odd }}",
    "{{ missing|default('d') }}{{ [3, 1, 2]|sort|join }}",
    "a {%- if t -%} b {%- endif %} c",
    "{{ 'a' ~ 1 ~ 'b' }}{{ 'a' in users }}{{ 'ann' in users }}",
    "{{ users|reverse|join }}{{ ' x '|trim }}",
  ])("%s", (text) => {
    // The other one prints truth values as JavaScript does.
    const ours = render(text, variables).replaceAll(/True|False/g, (word) => word.toLowerCase());
    expect(ours).toBe(new huggingface.Template(text).render(variables));
  });
});
