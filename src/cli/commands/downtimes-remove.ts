// `yagura downtimes remove`: people are told again.
import { printable } from "../../kernel/log.ts";
import { clientOptions, shaped, tellAgent, wasAnswered } from "../agent-client.ts";
import { defineCommand } from "../command.ts";
import { isOn } from "../option-values.ts";
import { printJson } from "../print-json.ts";

export const command = defineCommand({
  name: "downtimes remove",
  summary: "Take a downtime or a silence away.",
  arguments: "<id>",
  options: clientOptions,
  examples: ["yagura downtimes remove 4f1c", "yagura downtimes remove 4f1c --json"],
  async run(input, needs) {
    const [id = ""] = input.words;
    const path = `/downtimes/${encodeURIComponent(id)}`;
    try {
      const answer = await tellAgent({ method: "DELETE", path }, input, needs);
      const { doneAnswer } = await import("../../api/contract/index.ts");
      shaped(doneAnswer, answer);
      if (isOn(input.options, "json")) return printJson(answer.value, needs);
      needs.stdout.write("it is gone\n");
      return 0;
    } catch (thrown) {
      if (!wasAnswered(404, thrown)) throw thrown;
      needs.stderr.write(
        `yagura: there is no downtime or silence ${printable(id)}; yagura downtimes list lists them\n`,
      );
      return 1;
    }
  },
});
