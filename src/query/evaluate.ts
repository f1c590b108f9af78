// Expressions to series: paths are fetched, functions applied from the inside out.
import type { Argument, CallExpression, Expression, Literal } from "../formats/graphite-target/expression.ts";
import { isExpression, parseTarget } from "../formats/graphite-target/parse-target.ts";
import { checkedArguments, type Evaluated } from "./arguments.ts";
import type { EvaluationContext } from "./evaluation-context.ts";
import { refusal, shown } from "./fault.ts";
import type { Fetch } from "./fetch.ts";
import type { Call, Grouped, SeriesFunction } from "./function.ts";
import { functionNamed } from "./functions/index.ts";
import { floatText } from "./number-text.ts";
import type { Series } from "./series.ts";
import { type UnitedBy, unitedBy } from "./united-by.ts";

/** Of one target, and together of all targets of a request. */
const limits = { depth: 64, calls: 1000, targetLength: 65_536, variableLength: 512 };

export interface Evaluator {
  /** The series of a target; refuses what cannot be understood. */
  target(text: string, context: EvaluationContext): Promise<readonly Series[]>;
}

type Variables = ReadonlyMap<string, Literal>;
const noVariables: Variables = new Map();

interface Evaluation {
  readonly fetch: Fetch;
  /** Of all targets together. */
  callsLeft: number;
  /** Targets within targets. */
  depth: number;
}

/** For one request. */
export function createEvaluator(fetch: Fetch): Evaluator {
  const evaluation: Evaluation = { fetch, callsLeft: limits.calls, depth: 0 };
  return { target: (text, context) => seriesOfTarget(evaluation, text, context) };
}

async function seriesOfTarget(evaluation: Evaluation, text: string, context: EvaluationContext) {
  if (evaluation.depth > limits.depth) throw refusal(`more than ${limits.depth} targets inside each other`);
  const expression = parsed(evaluation, text);
  evaluation.depth += 1;
  const found = await evaluated(expression, { evaluation, context, variables: noVariables });
  evaluation.depth -= 1;
  if (!("series" in found)) throw refusal(`the target ${shown(text)} is no series`);
  return found.series;
}

function parsed(evaluation: Evaluation, text: string): Expression {
  if (text.length > limits.targetLength) {
    throw refusal(`a target of more than ${limits.targetLength} characters`);
  }
  const result = parseTarget(text, { depth: limits.depth, calls: evaluation.callsLeft });
  if ("fault" in result) {
    throw refusal(`the target ${shown(text)}, character ${result.fault.at + 1}: ${result.fault.reason}`);
  }
  evaluation.callsLeft -= result.calls;
  return result.expression;
}

interface Surroundings {
  readonly evaluation: Evaluation;
  readonly context: EvaluationContext;
  readonly variables: Variables;
  /** How the values of longer times are to be put together; as the series' own rule says when undefined. */
  readonly aggregate?: UnitedBy | undefined;
}

async function evaluated(expression: Argument, within: Surroundings): Promise<Evaluated> {
  const { evaluation, context, variables } = within;
  if (!isExpression(expression)) return { literal: expression };
  if (expression.kind === "call") return await applied(expression, within);
  if (expression.kind === "template") {
    const given = [...context.variables].map(([name, value]) => [name, textLiteral(value)] as const);
    const known = new Map([...expression.variables, ...given]);
    return await evaluated(expression.expression, { ...within, variables: known });
  }
  const whole = expression.text.startsWith("$") ? variables.get(expression.text.slice(1)) : undefined;
  if (whole !== undefined) return { literal: numeric(whole) };
  const path = filledIn(expression.text, variables);
  return { series: await evaluation.fetch.ofPath(path, context, within.aggregate) };
}

async function applied(expression: CallExpression, within: Surroundings): Promise<Evaluated> {
  const { context, evaluation } = within;
  context.work.takeCall();
  await context.work.breathe();
  if (expression.name === "seriesByTag") {
    const conditions = expression.args.flatMap((one) => (one.kind === "string" ? [one.value] : []));
    const { aggregate } = within;
    return { series: await evaluation.fetch.ofTags(conditions, expression.raw, context, aggregate) };
  }
  const found = known(expression.name);
  const inside = { ...within, aggregate: unitedBy(found, expression, within.aggregate) };
  const positional: Evaluated[] = [];
  for (const argument of expression.args) positional.push(await evaluated(argument, inside));
  const named = new Map<string, Evaluated>();
  for (const { name, value } of expression.named) named.set(name, await evaluated(value, inside));
  const args = checkedArguments(found, { positional, named });
  const used = [...positional, ...named.values()].map(seriesOf);
  const result = resultOf(await found.apply(args, callFor(inside, { first: expression.args[0], used })));
  context.work.hold(seriesOf(result));
  for (const list of used) context.work.release(list, seriesOf(result));
  return result;
}

interface Applying {
  readonly first: Argument | undefined;
  /** Lists that nobody needs any more when the function is done, but for what it answers. */
  readonly used: (readonly Series[])[];
}

function callFor(within: Surroundings, { first, used }: Applying): Call {
  const { context, evaluation } = within;
  const noted = (list: readonly Series[]) => {
    used.push(list);
    return list;
  };
  return {
    context,
    async again(time) {
      if (first === undefined) return [];
      return noted(seriesOf(await evaluated(first, { ...within, context: { ...context, ...time } })));
    },
    evaluate: async (text) => noted(await seriesOfTarget(evaluation, text, { ...context })),
    isCombining: (name) => functionNamed(name)?.aggregator === true,
    async combine(name, lists) {
      context.work.takeCall();
      const combining = known(name);
      const positional = lists.map((series) => ({ series }));
      const args = checkedArguments(combining, { positional, named: new Map() });
      const list = seriesOf(resultOf(await combining.apply(args, callFor(within, { first, used }))));
      context.work.hold(list);
      return noted(list);
    },
  };
}

function known(name: string): SeriesFunction {
  const found = functionNamed(name);
  if (found === undefined) throw refusal(`there is no function ${shown(name)}`);
  return found;
}

function resultOf(result: readonly Series[] | Grouped): Evaluated {
  return "groups" in result ? { series: result.groups.flat(), groups: result.groups } : { series: result };
}

function seriesOf(evaluated: Evaluated): readonly Series[] {
  return "series" in evaluated ? evaluated.series : [];
}

function textLiteral(value: string): Literal {
  return { kind: "string", at: 0, value };
}

function numeric(literal: Literal): Literal {
  if (literal.kind !== "string" || !/^-?[\d.]+$/.test(literal.value)) return literal;
  return { kind: "number", at: literal.at, value: Number(literal.value), whole: false };
}

function filledIn(path: string, variables: Variables): string {
  let text = path;
  for (const [name, literal] of variables) {
    text = text.replaceAll(`$${name}`, () => literalText(literal).slice(0, limits.variableLength));
    if (text.length > limits.targetLength) throw refusal(`${shown(path)} becomes too long`);
  }
  return text;
}

function literalText(literal: Literal): string {
  if (literal.kind === "none") return "None";
  if (literal.kind !== "number") return String(literal.value);
  return literal.whole ? String(literal.value) : floatText(literal.value);
}
