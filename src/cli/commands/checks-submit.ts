// `yagura checks submit`: the result of a passive check, from whoever found it.
import { clientOptions, shaped, tellAgent } from "../agent-client.ts";
import { defineCommand } from "../command.ts";
import { isOn } from "../option-values.ts";
import { printJson } from "../print-json.ts";
import { wrongUsage } from "../wrong-usage.ts";

const states = ["ok", "warning", "critical", "unknown"] as const;

export const command = defineCommand({
  name: "checks submit",
  summary: "Give a passive check its result; STATE is ok, warning, critical or unknown, or 0 to 3.",
  arguments: "<check> <state> [text...]",
  options: clientOptions,
  examples: [
    "yagura checks submit backup ok '3 files | files=3'",
    "yagura checks submit backup 2 'the disk is full'",
  ],
  async run(input, needs) {
    const [check = "", typed = "", ...text] = input.words;
    const state =
      states.find((one, number) => one === typed.toLowerCase() || String(number) === typed) ??
      wrongUsage("the state is none of ok, warning, critical and unknown, and no number from 0 to 3");
    const body = { check, state, output: text.join(" ") };
    const answer = await tellAgent({ method: "POST", path: "/checks/results", body }, input, needs);
    const { doneAnswer } = await import("../../api/contract/index.ts");
    shaped(doneAnswer, answer);
    if (isOn(input.options, "json")) return printJson(answer.value, needs);
    needs.stdout.write("the agent has it\n");
    return 0;
  },
});
