// `yagura evaluator list`: the functions of the expression language.
import { printable } from "../../kernel/log.ts";
import { askAgent, clientOptions, shaped } from "../agent-client.ts";
import { colours } from "../colour.ts";
import { defineCommand } from "../command.ts";
import { isOn } from "../option-values.ts";
import { printJson } from "../print-json.ts";

export const command = defineCommand({
  name: "evaluator list",
  summary: "List the functions of the expression language.",
  options: [
    ...clientOptions,
    { name: "details", kind: "boolean", help: "also what each does, and its other names" },
  ],
  examples: ["yagura evaluator list", "yagura evaluator list --details"],
  async run(input, needs) {
    const answer = await askAgent("/agent/evaluator/list", input, needs);
    const { functionList } = await import("../older-answers.ts");
    const functions = shaped(functionList, answer);
    if (isOn(input.options, "json")) return printJson(answer.value, needs);
    const colour = colours(needs);
    let before: string | undefined;
    for (const { group, prototype, doc, aliases } of functions) {
      if (group !== before) needs.stdout.write(`${colour("bold", printable(group))}\n`);
      before = group;
      needs.stdout.write(`  ${printable(prototype)}\n`);
      const also = aliases.length === 0 ? "" : ` Also ${aliases.join(", ")}.`;
      if (isOn(input.options, "details")) needs.stdout.write(`      ${printable(`${doc}${also}`)}\n`);
    }
    return 0;
  },
});
