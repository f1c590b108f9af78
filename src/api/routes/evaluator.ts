// The expression language from outside: its functions, and one evaluation (contract opsbro §2.3, §12.4).
import type { FunctionListing } from "../../checks/index.ts";
import { AgentError } from "../../kernel/errors.ts";
import { olderRefusal, refusedAsOlder } from "../older-refusal.ts";
import { defineRoute } from "../route.ts";

export interface EvaluatorNeeds {
  readonly evaluator: {
    readonly functions: readonly FunctionListing[];
    /** JSON of the value, and its text as Python prints it. Throws `body.invalid`. */
    evaluate(text: string): Promise<{ readonly json: unknown; readonly text: string }>;
  };
}

export const evaluatorList = defineRoute({
  method: "GET",
  path: "/agent/evaluator/list",
  summary: "Lists the functions of the expression language.",
  role: "read",
  answers: { 200: { description: "Name, other names, group, prototype and what it does." } },
  handle: (_input: undefined, { evaluator }: EvaluatorNeeds) => ({ status: 200, json: evaluator.functions }),
});

/** In base64. Everything is read and worked out in one go. */
const textLimit = 32_768;

export const evaluatorEval = defineRoute({
  method: "POST",
  path: "/agent/evaluator/eval",
  summary: "Evaluates an expression with this host's data; it may read files and reach out.",
  role: "operate",
  takes: "form",
  queries: {
    expr: "The expression, in base64.",
    as: "`text` answers as Python prints the value; JSON otherwise.",
  },
  answers: {
    200: { description: "The value." },
    400: { description: "The expression cannot be read or evaluated." },
    ...olderRefusal,
  },
  refuse: refusedAsOlder,
  async handle(_input: unknown, { evaluator }: EvaluatorNeeds, { query }) {
    const given = query.get("expr") ?? "";
    if (given === "" || given.length > textLimit || !/^[\w+/ -]*={0,2}$/.test(given))
      throw new AgentError("body.invalid", { reason: "expr: expected an expression in base64" });
    // A plus sign of base64 that was not escaped arrives as a blank.
    const expression = Buffer.from(given.replaceAll(" ", "+"), "base64").toString();
    const { json, text } = await evaluator.evaluate(expression);
    return query.get("as") === "text" ? { status: 200, text } : { status: 200, json };
  },
});
