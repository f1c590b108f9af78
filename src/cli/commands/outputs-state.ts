// `yagura outputs state`: what each output has sent, what waits for it, and what is wrong.
import type { OutputsAnswer } from "../../api/contract/index.ts";
import { askAgent, clientOptions, shaped } from "../agent-client.ts";
import { defineCommand } from "../command.ts";
import { isOn } from "../option-values.ts";
import { table } from "../table.ts";

export const command = defineCommand({
  name: "outputs state",
  summary: "Show what each output has sent, what waits for it, and what is wrong.",
  options: clientOptions,
  examples: ["yagura outputs state", "yagura outputs state --json"],
  async run(input, needs) {
    const answer = await askAgent("/outputs", input, needs);
    const { outputsAnswer } = await import("../../api/contract/index.ts");
    const { outputs } = shaped(outputsAnswer, answer);
    if (isOn(input.options, "json")) needs.stdout.write(`${JSON.stringify(outputs, null, 2)}\n`);
    else if (outputs.length === 0) needs.stderr.write("no output is configured\n");
    else needs.stdout.write(table(rows(outputs)));
    return 0;
  },
});

function rows(outputs: OutputsAnswer["outputs"]): string[][] {
  const head = [
    "OUTPUT",
    "TYPE",
    "STATE",
    "SENT",
    "WAITING",
    "REFUSED",
    "LOST",
    "RETRIES",
    "LAST SENT",
    "LAST FAULT",
  ];
  const body = outputs.map((output) =>
    [
      ...[output.name, output.type, output.state, output.sent, output.waiting, output.refused, output.lost],
      ...[output.retries, timeText(output.last_sent), output.last_fault?.reason ?? "-"],
    ].map(String),
  );
  return [head, ...body];
}

function timeText(seconds: number | null): string {
  return seconds === null ? "-" : new Date(seconds * 1000).toISOString().replace("T", " ").slice(0, 19);
}
