// Expressions as templates have them: names are looked up, members and filters are there, and nothing is called but
// what was given.
import { compilerOf } from "../expression/compile-node.ts";
import type { Compiler } from "../expression/compiler.ts";
import { ExpressionError, shown } from "../expression/expression-error.ts";
import type { Given } from "../expression/function-definition.ts";
import { callMethod } from "../expression/methods/call-method.ts";
import type { Step } from "../expression/step.ts";
import type { Arguments, Node, NodeOf } from "../expression/syntax.ts";
import { Missing, type Operand, present } from "../expression/value.ts";
import { takeText } from "../expression/work.ts";
import { Callable, Namespace } from "./callable.ts";
import { findFilter, toolsOf } from "./filters/filters.ts";
import { type Frame, lookUp, type TemplateRun } from "./frame.ts";
import { applyTest, isTest } from "./is-test.ts";
import { attributeOf, itemOf } from "./member.ts";
import { escapeHtml, isMarked, marked, printedText, unmarked } from "./text.ts";

type TemplateStep = Step<Frame>;
type Compile = (node: Node) => TemplateStep;

/** `selfOf` makes what the name `self` stands for: the template's blocks. */
export function templateCompiler(selfOf: (run: TemplateRun) => Operand): Compiler<Frame> {
  return compilerOf<Frame>((step) => ({
    name: (node) => compileName(node, selfOf),
    placeholder: ({ at }) => {
      throw new ExpressionError("placeholders are not part of templates", { at });
    },
    call: (node) => compileCall(node, step),
    attribute({ target, name }) {
      const object = step(target);
      return (run) => attributeOf(object(run), name);
    },
    item(node) {
      const [target, key] = [step(node.target), step(node.key)];
      return (run) => itemOf(unmarked(target(run)), unmarked(key(run)), run.work);
    },
    templatePart: (node) => compilePart(node, step),
    soften: (operand) => operand,
    container: (operand) => (operand instanceof Missing ? [] : operand),
    operand(node) {
      const inner = step(node);
      return node.kind === "constant" ? inner : (run) => unmarked(inner(run));
    },
  }));
}

function compileName({ name }: NodeOf<"name">, selfOf: (run: TemplateRun) => Operand): TemplateStep {
  const missing = new Missing(name, `'${name}' is undefined`);
  if (name === "self") return (run) => lookUp(run.scope, name) ?? selfOf(run);
  return ({ scope }) => lookUp(scope, name) ?? missing;
}

/** Evaluates arguments. What is undefined stays so: macros may be given it. */
export function argumentsOf(
  { positional, named }: Arguments,
  step: Compile,
): (run: TemplateRun) => Given<Operand> {
  const steps = positional.map(step);
  const namedSteps = named.map(({ name, value }) => [name, step(value)] as const);
  return (run) => ({
    positional: steps.map((each) => each(run)),
    named: namedSteps.map(([name, each]) => [name, each(run)] as const),
  });
}

function compileCall(node: NodeOf<"call">, step: Compile): TemplateStep {
  const given = argumentsOf(node.arguments, step);
  const { target } = node;
  if (target.kind === "attribute") return compileMethod(target, given, step);
  const callee = step(target);
  const name = target.kind === "name" ? target.name : "this";
  return (run) => {
    const found: unknown = present(callee(run));
    if (!(found instanceof Callable)) throw new ExpressionError(`${shown(name)} cannot be called`);
    return found.call(given(run), run);
  };
}

/** A member that can be called comes before a method of the type. */
function compileMethod(
  { target, name }: NodeOf<"attribute">,
  given: (run: TemplateRun) => Given<Operand>,
  step: Compile,
): TemplateStep {
  const object = step(target);
  return (run) => {
    const owner = present(unmarked(object(run)));
    const member: unknown = attributeOf(owner, name);
    if (member instanceof Callable) return member.call(given(run), run);
    if ((owner as unknown) instanceof Callable || (owner as unknown) instanceof Namespace) {
      throw new ExpressionError(`there is no ${shown(name)} to be called`);
    }
    const { positional, named } = given(run);
    const value = (operand: Operand) => present(unmarked(operand));
    const pairs = named.map(([key, operand]) => [key, value(operand)] as const);
    return callMethod({ target: owner, name, positional: positional.map(value), named: pairs }, run.work);
  };
}

function compilePart(node: NodeOf<"filter" | "test" | "joined" | "nothing">, step: Compile): TemplateStep {
  switch (node.kind) {
    case "nothing": {
      const missing = new Missing("else", "the condition is false, and there is no else");
      return () => missing;
    }
    case "joined":
      return compileJoined(node, step);
    case "filter":
      return compileFilter(node, step);
    case "test":
      return compileTest(node, step);
  }
}

/** `a ~ b`: as they are printed. With escaping the result is marked when one of them is. */
function compileJoined({ operands }: NodeOf<"joined">, step: Compile): TemplateStep {
  const steps = operands.map(step);
  return (run) => {
    const values = steps.map((each) => each(run));
    const isAnyMarked = values.some(isMarked);
    let text = "";
    for (const value of values) {
      const piece = printedText(value, run.work.limits.textLength);
      text += isAnyMarked && !isMarked(value) ? escapeHtml(piece) : piece;
      takeText(run.work, text.length);
    }
    return isAnyMarked ? marked(text) : text;
  };
}

function compileFilter(node: NodeOf<"filter">, step: Compile): TemplateStep {
  const filter = findFilter(node.name);
  const target = step(node.target);
  const given = argumentsOf(node.arguments, step);
  return (run) => filter(target(run), given(run), toolsOf(run));
}

function compileTest(node: NodeOf<"test">, step: Compile): TemplateStep {
  const { name } = node;
  if (!isTest(name)) throw new ExpressionError(`there is no test ${shown(name)}`);
  const target = step(node.target);
  const given = argumentsOf(node.arguments, step);
  return (run) => applyTest(name, [target(run), ...given(run).positional], run);
}
