// `macro` and `call`: pieces of a template that are written where they are called.

import { dictionaryOf } from "../../expression/dictionary.ts";
import { ExpressionError } from "../../expression/expression-error.ts";
import type { Given } from "../../expression/function-definition.ts";
import { parseOperand } from "../../expression/parse-postfix.ts";
import { current, expect, expectName, isNext, type Reader, skip } from "../../expression/reader.ts";
import type { Step } from "../../expression/step.ts";
import { Missing, type Operand, present, Tuple } from "../../expression/value.ts";
import { finish, type Parser, parseBodyTo, parseStep, type Tag } from "../body.ts";
import { Callable, handedAround } from "../callable.ts";
import {
  captured,
  type Frame,
  nested,
  type Render,
  type TemplateRun,
  type Variables,
  withFrame,
  write,
} from "../frame.ts";
import { marked, printedText, unmarked } from "../text.ts";

interface MacroParameter {
  readonly name: string;
  readonly fallback: Step<Frame> | undefined;
}

interface Macro {
  readonly name: string;
  readonly parameters: readonly MacroParameter[];
  readonly body: Render;
}

export const macroTag: Tag = (parser, reader) => {
  const { text: name } = expectName(reader);
  const parameters = parseParameters(parser, reader);
  finish(reader);
  const body = parseBodyTo(parser, "endmacro");
  return (run) => {
    const { own } = run.scope.variables;
    own.set(name, handedAround(macroOf({ name, parameters, body }, run)));
  };
};

function parseParameters(parser: Parser, reader: Reader): readonly MacroParameter[] {
  const parameters: MacroParameter[] = [];
  expect(reader, "(");
  while (!skip(reader, ")")) {
    const { text: name } = expectName(reader);
    const fallback = skip(reader, "=") ? parseStep(parser, reader) : undefined;
    parameters.push({ name, fallback });
    if (!isNext(reader, ")")) expect(reader, ",");
  }
  return parameters;
}

/** It sees what is seen where it is defined, not where it is called. */
function macroOf(macro: Macro, definition: TemplateRun): Callable {
  const { variables } = definition.scope;
  return new Callable(macro.name, (given, run) =>
    nested(run, () => {
      const inner = withFrame(definition, { variables: { own: new Map(), parent: variables } });
      bindParameters(macro, given, inner);
      const text = captured(inner, macro.body);
      return definition.scope.isEscaping ? marked(text) : text;
    }),
  );
}

function bindParameters(
  { parameters }: Macro,
  { positional, named }: Given<Operand>,
  inner: TemplateRun,
): void {
  const { own } = inner.scope.variables;
  const byName = new Map(named);
  const caller = byName.get("caller");
  if (caller !== undefined) own.set("caller", caller);
  byName.delete("caller");
  for (const [place, parameter] of parameters.entries()) {
    own.set(parameter.name, argumentOf(parameter, positional[place] ?? byName.get(parameter.name), inner));
    byName.delete(parameter.name);
  }
  const plain = (operand: Operand) => present(unmarked(operand));
  own.set("varargs", new Tuple(positional.slice(parameters.length).map(plain)));
  own.set("kwargs", dictionaryOf([...byName].map(([key, operand]) => [key, plain(operand)])));
}

function argumentOf(
  { name, fallback }: MacroParameter,
  given: Operand | undefined,
  run: TemplateRun,
): Operand {
  if (given !== undefined) return given;
  return fallback === undefined ? new Missing(name, `the argument '${name}' was not given`) : fallback(run);
}

/** `{% call(a) macro(b) %}body{% endcall %}`: the macro can write the body with `caller(a)`. */
export const callTag: Tag = (parser, reader) => {
  const parameters = isNext(reader, "(") ? parseParameters(parser, reader) : [];
  const { at } = current(reader);
  const node = parseOperand(reader);
  finish(reader);
  if (node.kind !== "call") throw new ExpressionError("call needs the call of a macro", { at });
  const body = parseBodyTo(parser, "endcall");
  const slot = "caller";
  const withCaller = {
    ...node,
    arguments: {
      ...node.arguments,
      named: [...node.arguments.named, { name: slot, value: { kind: "name", name: hidden, at } as const }],
    },
  };
  const step = parser.compiler.step(withCaller);
  return (run) => {
    const caller = handedAround(macroOf({ name: slot, parameters, body }, run));
    const variables: Variables = { own: new Map([[hidden, caller]]), parent: run.scope.variables };
    write(run, printedText(step(withFrame(run, { variables })), run.work.limits.textLength));
  };
};

/** A name that no template can write. */
const hidden = " caller";
