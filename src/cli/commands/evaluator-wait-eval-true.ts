// `yagura evaluator wait-eval-true`: until an expression is true.
import { tellAgent, wasAnswered } from "../agent-client.ts";
import { defineCommand } from "../command.ts";
import { evaluationOf, isTrue } from "../evaluation.ts";
import { waitFor, waitOptions } from "../wait-for.ts";

export const command = defineCommand({
  name: "evaluator wait-eval-true",
  summary: "Wait until an expression is true; ends with 2 when the time is up.",
  arguments: "<expression>",
  options: waitOptions,
  examples: [
    "yagura evaluator wait-eval-true \"is_in_group('redis')\"",
    "yagura evaluator wait-eval-true '{{collector.memory.phys_used}} < 80' --timeout 5m",
  ],
  async run(input, needs) {
    const [expression = ""] = input.words;
    const look = async () => {
      try {
        const { value } = await tellAgent(evaluationOf(expression), input, needs);
        return isTrue(value) || `it is ${JSON.stringify(value)}`;
      } catch (thrown) {
        // What it needs may not have been measured yet.
        if (wasAnswered(400, thrown)) return thrown.message;
        throw thrown;
      }
    };
    return await waitFor(look, input, needs);
  },
});
