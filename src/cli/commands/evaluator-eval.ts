// `yagura evaluator eval`: one expression with the agent's data (contract opsbro §2.3).
import { printable } from "../../kernel/log.ts";
import { clientOptions, tellAgent, tellAgentText } from "../agent-client.ts";
import { colours } from "../colour.ts";
import { defineCommand } from "../command.ts";
import { evaluationOf } from "../evaluation.ts";
import { isOn } from "../option-values.ts";
import { printJson } from "../print-json.ts";

export const command = defineCommand({
  name: "evaluator eval",
  summary: "Evaluate an expression with the agent's data; its value is on the last line.",
  arguments: "<expression>",
  options: clientOptions,
  examples: [
    "yagura evaluator eval '{{collector.memory.phys_used}} > 90'",
    "yagura evaluator eval \"is_in_group('linux')\" --json",
  ],
  async run(input, needs) {
    const [expression = ""] = input.words;
    if (isOn(input.options, "json"))
      return printJson((await tellAgent(evaluationOf(expression), input, needs)).value, needs);
    const value = await tellAgentText(evaluationOf(expression, "text"), input, needs);
    // Scripts read the last line, so that a value of several lines must be one.
    needs.stdout.write(`${colours(needs)("bold", "Result")}\n${printable(value)}\n`);
    return 0;
  },
});
