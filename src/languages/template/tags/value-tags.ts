// `set`, `with`, `filter` and `autoescape`: tags that change what the text within or after them sees.
import { ExpressionError } from "../../expression/expression-error.ts";
import { parseFilters } from "../../expression/parse-postfix.ts";
import { current, expect, expectName, isNext, type Reader, skip } from "../../expression/reader.ts";
import type { Node, NodeOf } from "../../expression/syntax.ts";
import { isTrue, type Operand } from "../../expression/value.ts";
import { finish, type Parser, parseBodyTo, parseStep, parseTuple, type Tag } from "../body.ts";
import { findFilter, toolsOf } from "../filters/filters.ts";
import { captured, type Render, type TemplateRun, withFrame, within, write } from "../frame.ts";
import { argumentsOf } from "../language.ts";
import { parseTarget } from "../target.ts";
import { marked, printedText } from "../text.ts";

export const setTag: Tag = (parser, reader) => {
  const target = parseTarget(reader, true);
  if (skip(reader, "=")) {
    const step = parseStep(parser, reader, (inner) => parseTuple(inner));
    finish(reader);
    return (run) => target.assign(step(run), run);
  }
  const change = parseChange(parser, reader);
  const body = parseBodyTo(parser, "endset");
  return (run) => target.assign(change(bodyText(run, body), run), run);
};

/** What a body writes: where text is escaped, it is so already. */
function bodyText(run: TemplateRun, body: Render): Operand {
  const text = captured(within(run), body);
  return run.scope.isEscaping ? marked(text) : text;
}

type Change = (operand: Operand, run: TemplateRun) => Operand;

/** Filters behind a tag's name: `{% set a | upper %}`, `{% filter upper | trim %}`. */
function parseChange(parser: Parser, reader: Reader): Change {
  const nodes: NodeOf<"filter">[] = [];
  const start: Node = { kind: "nothing", at: current(reader).at };
  let node = parseFilters(reader, start);
  finish(reader);
  while (node.kind === "filter") {
    nodes.unshift(node);
    node = node.target;
  }
  if (node !== start) throw new ExpressionError("filters are expected", { at: node.at });
  const changes = nodes.map(({ name, arguments: given }): Change => {
    const apply = findFilter(name);
    const read = argumentsOf(given, (argument) => parser.compiler.step(argument));
    return (operand, run) => apply(operand, read(run), toolsOf(run));
  });
  return (operand, run) => changes.reduce((value, change) => change(value, run), operand);
}

export const filterTag: Tag = (parser, reader) => {
  // The first filter stands without its sign.
  const { at } = expectName(reader);
  reader.place -= 1;
  const bar = { kind: "symbol", text: "|", at } as const;
  const rest = reader.tokens.slice(reader.place);
  const change = parseChange(parser, { ...reader, tokens: [bar, ...rest], place: 0 });
  const body = parseBodyTo(parser, "endfilter");
  return (run) => {
    const result = change(bodyText(run, body), run);
    write(run, printedText(result, run.work.limits.textLength));
  };
};

export const withTag: Tag = (parser, reader) => {
  const assignments: { name: string; step: ReturnType<typeof parseStep> }[] = [];
  while (current(reader).kind !== "end") {
    const { text: name } = expectName(reader);
    expect(reader, "=");
    assignments.push({ name, step: parseStep(parser, reader) });
    if (!isNext(reader, ",")) break;
    skip(reader, ",");
  }
  finish(reader);
  const body = parseBodyTo(parser, "endwith");
  return (run) => {
    // All values are taken before the first name is set.
    const own = new Map(assignments.map(({ name, step }) => [name, step(run)] as const));
    body(within(run, own));
  };
};

export const autoescapeTag: Tag = (parser, reader) => {
  const isOn = parseStep(parser, reader);
  finish(reader);
  const body = parseBodyTo(parser, "endautoescape");
  return (run) => body(withFrame(within(run), { isEscaping: isTrue(isOn(run)) }));
};
