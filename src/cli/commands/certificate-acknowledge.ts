// `yagura certificate acknowledge`: somebody knows that the agent's own certificate is another one.
import { clientOptions, shaped, tellAgent, wasAnswered } from "../agent-client.ts";
import { defineCommand } from "../command.ts";
import { isOn } from "../option-values.ts";
import { printJson } from "../print-json.ts";

export const command = defineCommand({
  name: "certificate acknowledge",
  summary: "Say that you know of the certificate that was made in place of one that was lost.",
  options: clientOptions,
  examples: ["yagura certificate acknowledge", "yagura certificate acknowledge --json"],
  async run(input, needs) {
    try {
      const answer = await tellAgent({ method: "POST", path: "/certificate/acknowledge" }, input, needs);
      const { doneAnswer } = await import("../../api/contract/index.ts");
      shaped(doneAnswer, answer);
      if (isOn(input.options, "json")) return printJson(answer.value, needs);
      needs.stdout.write("acknowledged\n");
      return 0;
    } catch (thrown) {
      if (!wasAnswered(404, thrown)) throw thrown;
      needs.stderr.write("yagura: there is nothing to acknowledge\n");
      return 1;
    }
  },
});
