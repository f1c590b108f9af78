// Templates as Jinja 3.1 fills them: the right side of every row is what it made of the left one.
import { describe, expect, it } from "vitest";
import { compileTemplate, type SpaceOptions } from "./index.ts";

const variables: Readonly<Record<string, unknown>> = {
  check: {
    name: "cpu",
    state: "CRITICAL",
    output: 'cpu is <high> & "hot"',
    values: [3, 1, 2],
    get: "own",
    tags: { b: 2, a: 1 },
  },
  nodes: {
    u1: { name: "node-1", addr: "10.0.0.1", groups: ["web", "db"], state: "alive" },
    u2: { name: "Node-2", addr: "10.0.0.2", groups: [], state: "dead" },
  },
  items: [
    { n: "b", v: 2 },
    { n: "A", v: 1 },
    { n: "c", v: 2 },
  ],
  users: ["ann", "bob", "Carl"],
  empty: [],
  zero: 0,
  text: "hello world",
  html: "<b>bold</b> & <i>x</i>",
  t: true,
  pairs: [
    [1, "a"],
    [2, "b"],
  ],
  nested: { a: { b: [10, 20] } },
  long: "The quick brown fox jumps over the lazy dog",
  multi: "a\nb\n\nc",
  layout: "base",
};
const files: Readonly<Record<string, string>> = {
  base: "<{% block title %}base{% endblock %}|{% block body %}{% endblock %}|{{ v }}>",
  mid: "{% extends 'base' %}{% block title %}mid({{ super() }}){% endblock %}",
  inc: "[{{ text }}{{ local }}]",
  macros:
    "{% macro hi(n) %}hi {{ n }}{{ text }}{% endmacro %}{% set version = 3 %}{% macro two() %}{{ hi('x') }}{% endmacro %}",
  ctx: "{% macro hi() %}{{ text }}{{ local }}{% endmacro %}",
  loopbase: "{% for i in [1,2] %}{% block item scoped %}{{ i }}{% endblock %}{% endfor %}",
  req: "{% block a required %}{% endblock %}",
};
const load = (name: string) => files[name];

interface Settings extends SpaceOptions {
  readonly autoescape?: boolean;
}

function render(text: string, settings: Settings = {}): string {
  return compileTemplate(text, { name: "t", load, ...settings }).render(variables);
}

describe("one template", () => {
  it.each([
    ["{{ check.name }} is {{ check['state'] }}", "cpu is CRITICAL"],
    ["{{ check.tags.a }}{{ check.tags['b'] }}{{ nested.a.b.1 }}{{ nested.a.b[0] }}", "122010"],
    ["{{ missing }}|{{ check.nope }}|{{ none }}|{{ None }}|{{ true }}|{{ True }}", "||None|None|True|True"],
    ["{% if check.state == 'CRITICAL' %}bad{% elif t %}mid{% else %}good{% endif %}", "bad"],
    ["{% if missing %}a{% elif empty %}b{% elif zero %}c{% else %}d{% endif %}", "d"],
    [
      "{% for u in users %}{{ loop.index }}:{{ u }}{% if not loop.last %},{% endif %}{% endfor %}",
      "1:ann,2:bob,3:Carl",
    ],
    ["{% for u in empty %}x{% else %}nobody{% endfor %}", "nobody"],
    ["{% for a, b in pairs %}{{ a }}={{ b }};{% endfor %}", "1=a;2=b;"],
    ["{% for k, v in check.tags.items() %}{{ k }}{{ v }}{% endfor %}", "b2a1"],
    ["{% for k, v in check.tags|dictsort %}{{ k }}{{ v }}{% endfor %}", "a1b2"],
    [
      "{% for u in users if u != 'bob' %}{{ loop.index }}/{{ loop.length }}{{ u }} {% endfor %}",
      "1/2ann 2/2Carl ",
    ],
    [
      "{% for u in users %}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.first }}{{ loop.last }} {% endfor %}",
      "032TrueFalse 121FalseFalse 210FalseTrue ",
    ],
    [
      "{% for u in users %}{{ loop.cycle('a','b') }}{{ loop.previtem }}{{ loop.nextitem }} {% endfor %}",
      "abob bannCarl abob ",
    ],
    ["{% for i in items %}{% if loop.changed(i.v) %}[{{ i.v }}]{% endif %}{% endfor %}", "[2][1][2]"],
    [
      "{% for i in range(3) %}{% for j in range(2) %}{{ loop.index }}{{ loop.depth }}{% endfor %}{% endfor %}",
      "112111211121",
    ],
    ["{% for i in range(10, 0, -3) %}{{ i }} {% endfor %}", "10 7 4 1 "],
    ["{% for k in nodes %}{{ k }}{{ nodes[k].name }}{% endfor %}", "u1node-1u2Node-2"],
    ["{% for n in nodes.values() %}{{ n.name|upper }} {% endfor %}", "NODE-1 NODE-2 "],
    ["{% for i in 1, 2, 3 %}{{ i }}{% endfor %}", "123"],
    ["{% for c in 'abc' %}{{ c }}-{% endfor %}", "a-b-c-"],
    ["{% set x = 5 %}{{ x + 1 }}", "6"],
    ["{% set a, b = 1, 2 %}{{ a }}{{ b }}", "12"],
    ["{% set x %}block {{ check.name }}{% endset %}{{ x }}", "block cpu"],
    ["{% set x | upper %}block{% endset %}{{ x }}", "BLOCK"],
    ["{% set x = 1 %}{% for i in [1] %}{% set x = 2 %}{{ x }}{% endfor %}{{ x }}", "21"],
    ["{% set x = 1 %}{% if true %}{% set x = 2 %}{% endif %}{{ x }}", "2"],
    [
      "{% set ns = namespace(found=false, n=0) %}{% for i in items %}{% if i.v == 1 %}{% set ns.found = true %}{% endif %}{% set ns.n = ns.n + i.v %}{% endfor %}{{ ns.found }}{{ ns.n }}",
      "True5",
    ],
    [
      "{% macro m(a, b='x', c=a) %}({{ a }}{{ b }}{{ c }}){% endmacro %}{{ m(1) }}{{ m(1, 2) }}{{ m(1, c=3) }}{{ m() }}",
      "(1x1)(121)(1x3)(x)",
    ],
    ["{% macro m() %}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1, 2, k='v') }}", "(1, 2){'k': 'v'}"],
    [
      "{% macro box(t) %}<{{ t }}>{{ caller() }}</{{ t }}>{% endmacro %}{% call box('b') %}in{% endcall %}",
      "<b>in</b>",
    ],
    [
      "{% macro each(l) %}{% for i in l %}{{ caller(i) }}{% endfor %}{% endmacro %}{% call(x) each([1,2]) %}<{{ x }}>{% endcall %}",
      "<1><2>",
    ],
    ["{% macro a(n) %}{{ n }}{% if n > 0 %}{{ a(n - 1) }}{% endif %}{% endmacro %}{{ a(3) }}", "3210"],
    ["{% with a = 1, b = 2 %}{{ a }}{{ b }}{% endwith %}{{ a }}", "12"],
    ["{% filter upper %}abc {{ check.name }}{% endfilter %}", "ABC CPU"],
    ["{% filter replace('a', 'b') | upper %}abc{% endfilter %}", "BBC"],
    ["{% raw %}{{ not }} {% this %}{% endraw %}", "{{ not }} {% this %}"],
    ["a{# comment {{ x }} #}b", "ab"],
    ["a {%- if true -%} b {%- endif -%} c", "abc"],
    [" {{- ' x ' -}} y", " x y"],
    ["{{ 1 + 2 * 3 }} {{ 7 // 2 }} {{ 7 % 3 }} {{ 2 ** 3 }} {{ (1 + 2) * 3 }} {{ 7 / 2 }}", "7 3 1 8 9 3.5"],
    ["{{ 2 ** 3 ** 2 }} {{ -2 ** 2 }} {{ -5|abs }}", "64 4 5"],
    ["{{ 'a' ~ 1 ~ none ~ true ~ missing }}", "a1NoneTrue"],
    ["{{ 'a' if t else 'b' }}{{ 'a' if not t }}{{ 'x' if t }}", "ax"],
    ["{{ 1 < 2 < 3 }}{{ 1 in [1] }}{{ 3 not in [1] }}{{ 'a' in 'abc' }}", "TrueTrueTrueTrue"],
    ["{{ not t or true and false }}", "False"],
    ["{{ not t == true }}", "False"],
    [
      "{{ [1, 'a', none] }}{{ (1, 2) }}{{ (1,) }}{{ {'a': 1} }}{{ {} }}",
      "[1, 'a', None](1, 2)(1,){'a': 1}{}",
    ],
    [
      "{{ users[0] }}{{ users[-1] }}{{ users[1:] }}{{ users[99] }}|{{ text[:5] }}",
      "annCarl['bob', 'Carl']|hello",
    ],
    ["{{ 'it''s' }}{{ \"q\\\"q\" }}{{ 'a\\nb' }}", 'itsq"qa\nb'],
    [
      "{{ '%s is %d%%' % ('x', 5) }} {{ '%s-%s'|format('a', 'b') }} {{ '%(a)s'|format(a=1) }}",
      "x is 5% a-b 1",
    ],
    [
      "{{ text.upper() }}{{ text.split(' ') }}{{ text.replace('o', '0') }}{{ ','.join(users) }}",
      "HELLO WORLD['hello', 'world']hell0 w0rldann,bob,Carl",
    ],
    [
      "{{ check.tags.get('a') }}{{ check.tags.get('zz', 'dflt') }}{{ check.tags.keys()|list }}",
      "1dflt['b', 'a']",
    ],
    [
      "{{ missing|default('d') }}{{ ''|default('d') }}{{ ''|default('d', true) }}{{ none|d('x') }}{{ missing.foo|default('e') if false else 'ok' }}",
      "ddNoneok",
    ],
    ["{{ users|join(', ') }}{{ items|join('-', attribute='n') }}{{ [1,2]|join }}", "ann, bob, Carlb-A-c12"],
    [
      "{{ users|length }}{{ text|length }}{{ empty|count }}{{ check.tags|length }}{{ missing|length }}",
      "311020",
    ],
    ["{{ users|first }}{{ users|last }}{{ empty|first }}", "annCarl"],
    [
      "{{ [3,1,2]|sort }}{{ users|sort }}{{ users|sort(case_sensitive=true) }}{{ items|sort(attribute='v,n')|map(attribute='n')|list }}{{ [1,3,2]|sort(reverse=true) }}",
      "[1, 2, 3]['ann', 'bob', 'Carl']['Carl', 'ann', 'bob']['A', 'b', 'c'][3, 2, 1]",
    ],
    [
      "{{ ['b','A','a']|sort }}{{ ['b','A','a']|unique|list }}{{ [1,1,2]|unique|list }}",
      "['A', 'a', 'b']['b', 'A'][1, 2]",
    ],
    ["{{ [1,2,3]|sum }}{{ items|sum(attribute='v') }}{{ []|sum(start=5) }}", "655"],
    [
      "{{ [1,5,3]|max }}{{ [1,5,3]|min }}{{ ['b','A']|min }}{{ items|max(attribute='v') }}{{ []|max }}",
      "51A{'n': 'b', 'v': 2}",
    ],
    [
      "{{ [1,2,3,4,5]|batch(2)|list }}{{ [1,2,3]|batch(2, 'x')|list }}",
      "[[1, 2], [3, 4], [5]][[1, 2], [3, 'x']]",
    ],
    [
      "{{ [1,2,3,4,5,6,7]|slice(3)|list }}{{ [1,2,3,4]|slice(3, 'x')|list }}",
      "[[1, 2, 3], [4, 5], [6, 7]][[1, 2], [3, 'x'], [4, 'x']]",
    ],
    [
      "{{ items|groupby('v') }}{% for g in items|groupby('v') %}{{ g.grouper }}:{{ g.list|length }} {% endfor %}",
      "[(1, [{'n': 'A', 'v': 1}]), (2, [{'n': 'b', 'v': 2}, {'n': 'c', 'v': 2}])]1:1 2:2 ",
    ],
    [
      "{% for v, l in items|groupby('v') %}{{ v }}={{ l|map(attribute='n')|join(',') }};{% endfor %}",
      "1=A;2=b,c;",
    ],
    [
      "{{ users|map('upper')|list }}{{ users|map('replace','a','b')|join }}{{ items|map(attribute='n')|join }}{{ items|map(attribute='zz', default=0)|list }}",
      "['ANN', 'BOB', 'CARL']bnnbobCbrlbAc[0, 0, 0]",
    ],
    [
      "{{ [1,2,3,4]|select('even')|list }}{{ [1,2,3,4]|reject('odd')|list }}{{ [0,1,'']|select|list }}{{ [1,5]|select('gt', 2)|list }}{{ [1,6]|select('divisibleby', 3)|list }}",
      "[2, 4][2, 4][1][5][6]",
    ],
    [
      "{{ items|selectattr('v', 'eq', 2)|map(attribute='n')|list }}{{ items|rejectattr('v', 'eq', 2)|map(attribute='n')|list }}{{ items|selectattr('v')|list|length }}",
      "['b', 'c']['A']3",
    ],
    ["{{ [1,2,3]|reverse|list }}{{ 'abc'|reverse }}", "[3, 2, 1]cba"],
    [
      "{{ text|upper }}{{ 'ABC'|lower }}{{ text|capitalize }}{{ 'foo-bar baz'|title }}{{ \"it's a\"|title }}",
      "HELLO WORLDabcHello worldFoo-Bar BazIt's A",
    ],
    ["{{ ' x '|trim }}|{{ 'xax'|trim('x') }}|{{ 'x'|center(5) }}|{{ 'ab'|center(5) }}|", "x|a|  x  |  ab |"],
    ["{{ 'aaa'|replace('a', 'b', 2) }}{{ text|wordcount }}{{ 42|string }}", "bba242"],
    [
      "{{ multi|indent }}|{{ multi|indent(2, true) }}|{{ multi|indent(2, blank=true) }}|{{ multi|indent('>>') }}",
      "a\n    b\n\n    c|  a\n  b\n\n  c|a\n  b\n  \n  c|a\n>>b\n\n>>c",
    ],
    [
      "{{ long|truncate(15) }}|{{ long|truncate(15, true) }}|{{ long|truncate(15, false, '!') }}|{{ 'short'|truncate(5) }}|{{ 'abcdefghijk'|truncate(8, leeway=0) }}",
      "The quick...|The quick br...|The quick!|short|abcde...",
    ],
    [
      "{{ long|wordwrap(10) }}|{{ 'abcdefghijklmno'|wordwrap(5) }}|{{ long|wordwrap(20, wrapstring='|') }}",
      "The quick\nbrown fox\njumps over\nthe lazy\ndog|abcde\nfghij\nklmno|The quick brown fox|jumps over the lazy|dog",
    ],
    ["{{ 'abcdefghijklmno pq'|wordwrap(5, false) }}", "abcdefghijklmno\npq"],
    [
      "{{ html|e }}{{ html|striptags }}{{ html|escape|escape }}{{ html|safe }}{{ html|forceescape }}",
      "&lt;b&gt;bold&lt;/b&gt; &amp; &lt;i&gt;x&lt;/i&gt;bold & x&lt;b&gt;bold&lt;/b&gt; &amp; &lt;i&gt;x&lt;/i&gt;<b>bold</b> & <i>x</i>&lt;b&gt;bold&lt;/b&gt; &amp; &lt;i&gt;x&lt;/i&gt;",
    ],
    ["{{ 'a b/c?&é'|urlencode }}{{ {'a': 'x y', 'b': 1}|urlencode }}", "a%20b/c%3F%26%C3%A9a=x+y&b=1"],
    [
      "{{ {'b': [1, none, true], 'a': '<x>'}|tojson }}{{ [1, 2]|tojson }}{{ {'a': 1}|tojson(2) }}",
      '{"a": "\\u003cx\\u003e", "b": [1, null, true]}[1, 2]{\n  "a": 1\n}',
    ],
    [
      "{{ '12'|int + 1 }}{{ 'x'|int }}{{ 'x'|int(5) }}{{ 3.9|int }}{{ '0x1f'|int(base=16) }}{{ '3.7'|int }}{{ '1.5'|float + 1 }}",
      "130533132.5",
    ],
    ["{{ 42.556|round(1) }}|{{ 42.551|round(2, 'floor') }}|{{ 42.123|round(1, 'ceil') }}", "42.6|42.55|42.2"],
    [
      "{{ -3|abs }}{{ 'abc'|list }}{{ check.tags|items|list }}{{ check.tags|list }}",
      "3['a', 'b', 'c'][('b', 2), ('a', 1)]['b', 'a']",
    ],
    [
      "{{ 1000|filesizeformat }} {{ 1500000|filesizeformat }} {{ 1024|filesizeformat(true) }} {{ 1|filesizeformat }} {{ 5|filesizeformat }}",
      "1.0 kB 1.5 MB 1.0 KiB 1 Byte 5 Bytes",
    ],
    [
      "{{ x is defined }}{{ x is undefined }}{{ text is defined }}{{ none is none }}{{ 1 is number }}{{ 'a' is string }}{{ [] is sequence }}{{ {} is mapping }}{{ [] is iterable }}",
      "FalseTrueTrueTrueTrueTrueTrueTrueTrue",
    ],
    [
      "{{ 2 is even }}{{ 3 is odd }}{{ 6 is divisibleby 3 }}{{ 6 is divisibleby(4) }}{{ 1 is eq 1 }}{{ 1 is ne(1) }}{{ 1 is lt 2 }}{{ 1 is gt 2 }}{{ 2 is le 2 }}{{ 2 is ge 3 }}",
      "TrueTrueTrueFalseTrueFalseTrueFalseTrueFalse",
    ],
    [
      "{{ 1 is in [1,2] }}{{ 5 is not in [1] }}{{ true is true }}{{ false is false }}{{ 1 is true }}{{ true is boolean }}{{ 1 is integer }}{{ 1.5 is float }}{{ none is sameas none }}{{ 'a' is lower }}{{ 'A' is upper }}",
      "TrueTrueTrueTrueFalseTrueTrueTrueTrueTrueTrue",
    ],
    ["{{ x is not defined and 1 is odd }}{{ not x is defined }}{{ 5 is not none }}", "TrueTrueTrue"],
    ["{{ 1 + 3 is odd }}x{{ 'a' ~ 'b'|upper }}{{ ('a' ~ 'b')|upper }}", "2xaBAB"],
    ["{{ dict(a=1, b=2) }}{{ range(3)|list }}{{ range(1, 4)|sum }}", "{'a': 1, 'b': 2}[0, 1, 2]6"],
    ["{% set c = cycler('a', 'b') %}{{ c.next() }}{{ c.next() }}{{ c.next() }}{{ c.current }}", "abab"],
    ["{% set j = joiner('|') %}{{ j() }}a{{ j() }}b", "a|b"],
    [
      "{{ missing == '' }}{{ missing == none }}{{ missing == other }}{{ 'a' in missing }}{{ missing|list }}{% for x in missing %}x{% endfor %}",
      "FalseFalseTrueFalse[]",
    ],
    ["{{ [1,2] + [3] }}{{ 'a' * 3 }}{{ 'a' + 'b' }}", "[1, 2, 3]aaaab"],
    ["{{ {'a': {'b': 1}}.a.b }}{{ {'a':{'b':{'c':2}}}['a']['b']['c'] }}", "12"],
    ["{{ users|map('length')|sum }}{{ users|map('first')|join }}", "10abC"],
    ["{% if users and text %}y{% endif %}{% if not empty %}n{% endif %}", "yn"],
    ["{% for i in range(3) -%} {{ i }} {%- endfor %}|", "012|"],
    ["{% set d = {'x': 1, 'y': [1, 2]} %}{{ d.x }}{{ d.y|last }}{{ d }}", "12{'x': 1, 'y': [1, 2]}"],
    ["{{ 1_000 }}{{ 0x10 }}{{ 1e3 > 5 }}{{ 1.5e-7 }}", "100016True1.5e-07"],
    ['{% for x in [1,2,3] %}{{ x }}{{ "," if not loop.last }}{% endfor %}', "1,2,3"],
    ["{{ (1, 2, 3)|last }}{{ [[1, 2], [3]]|map('sum')|list }}{{ ['x', 'y']|join('<') }}", "3[3, 3]x<y"],
    ["{% macro f(x) %}{{ x is defined }}{% endmacro %}{{ f() }}{{ f(missing) }}{{ f(1) }}", "FalseFalseTrue"],
    [
      "{% for n in [5, 3] %}{% for m in [n] %}{{ loop.index }}{{ m }}{% endfor %}{{ loop.index }}{% endfor %}",
      "151132",
    ],
    ["{{ users|map('upper')|map('lower')|select('in', ['ann', 'bob'])|join(' ') }}", "ann bob"],
    ["{{ nodes.u1.groups|join(' ') }}{{ nodes['u2'].groups|default('none', true) }}", "web dbnone"],
    [
      "{{ text.startswith('he') }}{{ text.title() }}{{ ' a '.strip() }}{{ text.find('w') }}{{ text.count('o') }}",
      "TrueHello Worlda62",
    ],
    ["{{ 5 if false else 6 if false else 7 }}", "7"],
  ])("%s", (text, expected) => expect(render(text)).toBe(expected));
});

const settings: [string, Settings, string][] = [
  ["a\n{% if true %}\nb\n{% endif %}\nc\n", {}, "a\n\nb\n\nc"],
  ["a\n{% if true %}\nb\n{% endif %}\nc\n", { trimBlocks: true }, "a\nb\nc"],
  ["a\n  {% if true %}\n  b\n  {% endif %}\nc\n", { lstripBlocks: true }, "a\n\n  b\n\nc"],
  [
    "a\n  {% if true %}\n  b\n  {% endif %}\nc\n",
    { trimBlocks: true, lstripBlocks: true, keepTrailingNewline: true },
    "a\n  b\nc\n",
  ],
  [
    "a\n  {%+ if true %}\n  b\n  {% endif +%}\nc\n",
    { trimBlocks: true, lstripBlocks: true },
    "a\n    b\n\nc",
  ],
  ["a\n  {# x #}\n  b\n{# y -#}\n\n c", { trimBlocks: true, lstripBlocks: true }, "a\n  b\nc"],
  [
    "  {{ text }}\n  x {% if true %}y{% endif %}\n",
    { trimBlocks: true, lstripBlocks: true },
    "  hello world\n  x y",
  ],
  [
    "{% for i in range(2) %}\n  {{ i }}\n{% endfor %}\nend\n\n",
    { trimBlocks: true, keepTrailingNewline: true },
    "  0\n  1\nend\n\n",
  ],
  ["  {% raw %}\n {{ x }}\n  {% endraw %}\nz", { trimBlocks: true, lstripBlocks: true }, "\n {{ x }}\nz"],
  ["a {%- raw -%} {{ x }} {%- endraw -%} z", {}, "a{{ x }}z"],
  ["x\r\ny\rz\n", {}, "x\ny\nz"],
  [
    "{{ html }}{{ html|safe }}{{ html|e }}{{ 'a<' ~ html|safe }}{{ '<' ~ 'b' }}",
    { autoescape: true },
    "&lt;b&gt;bold&lt;/b&gt; &amp; &lt;i&gt;x&lt;/i&gt;<b>bold</b> & <i>x</i>&lt;b&gt;bold&lt;/b&gt; &amp; &lt;i&gt;x&lt;/i&gt;a&lt;<b>bold</b> & <i>x</i>&lt;b",
  ],
  [
    "{% macro m(x) %}<p>{{ x }}</p>{% endmacro %}{{ m('<') }}{{ m('<')|upper }}{% set s %}<b>{{ '<' }}</b>{% endset %}{{ s }}",
    { autoescape: true },
    "<p>&lt;</p><P>&LT;</P><b>&lt;</b>",
  ],
  [
    "{{ ['<', '>'|safe]|join('&') }}{{ {'a': '<'}|tojson }}{% filter upper %}<a>{{ '<' }}{% endfilter %}",
    { autoescape: true },
    '&lt;&amp;>{"a": "\\u003c"}<A>&LT;',
  ],
  ["{% autoescape true %}{{ '<' }}{% endautoescape %}{{ '<' }}", {}, "&lt;<"],
  ["{% autoescape false %}{{ '<' }}{% endautoescape %}{{ '<' }}", { autoescape: true }, "<&lt;"],
];
describe("space and escaping", () => {
  it.each(settings)("%j with %o", (text, given, expected) => expect(render(text, given)).toBe(expected));
});

describe("templates together", () => {
  it.each([
    ["{% extends 'base' %}{% block title %}child{% endblock %}", "<child||>"],
    [
      "{% extends 'base' %}ignored{% set v = 7 %}{% block body %}{{ super() }}b{{ v }}{% endblock %}",
      "<base|b7|7>",
    ],
    [
      "{% extends 'mid' %}{% block title %}top({{ super() }}){% endblock %}{% block body %}{{ self.title() }}{% endblock %}",
      "<top(mid(base))|top(mid(base))|>",
    ],
    ["{% extends 'loopbase' %}{% block item %}<{{ i }}{{ super() }}>{% endblock %}", "<11><22>"],
    ["{% set local = 'L' %}{% include 'inc' %}{% include 'inc' without context %}", "[hello worldL][]"],
    [
      "{% include 'nope' ignore missing %}{% include ['nope', 'inc'] %}{% include 'nope' ignore missing with context %}",
      "[hello world]",
    ],
    ["{% for local in [1,2] %}{% include 'inc' %}{% endfor %}", "[hello world1][hello world2]"],
    ["{% import 'macros' as m %}{{ m.hi('you') }}{{ m.version }}{{ m.two() }}", "hi you3hi x"],
    ["{% from 'macros' import hi, version as v %}{{ hi('me') }}{{ v }}", "hi me3"],
    [
      "{% set local = 1 %}{% import 'ctx' as c with context %}{{ c.hi() }}{% from 'ctx' import hi %}{{ hi() }}",
      "hello world1",
    ],
    ["{% extends 'req' %}{% block a %}given{% endblock %}", "given"],
    ["{% block a %}x{% endblock a %}{{ self.a() }}", "xx"],
    ["{% if true %}{% extends 'base' %}{% endif %}{% block body %}cond{% endblock %}", "<base|cond|>"],
    ["{% set local = 'l' %}{% block b %}{{ local }}{% endblock %}", "l"],
    ["{% extends 'mid' %}", "<mid(base)||>"],
    ["{% extends layout %}{% block body %}dyn{% endblock %}", "<base|dyn|>"],
  ])("%s", (text, expected) => expect(render(text)).toBe(expected));
});
