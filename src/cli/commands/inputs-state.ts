// `yagura inputs state`: what each listener received, could not use, and never saw.
import type { InputsAnswer } from "../../api/contract/index.ts";
import { askAgent, clientOptions, shaped } from "../agent-client.ts";
import { defineCommand } from "../command.ts";
import { isOn } from "../option-values.ts";
import { table } from "../table.ts";

export const command = defineCommand({
  name: "inputs state",
  summary: "Show what each listener received, could not use, and never saw.",
  options: clientOptions,
  examples: ["yagura inputs state", "yagura inputs state --json"],
  async run(input, needs) {
    const answer = await askAgent("/inputs", input, needs);
    const { inputsAnswer } = await import("../../api/contract/index.ts");
    const { inputs } = shaped(inputsAnswer, answer);
    if (isOn(input.options, "json")) needs.stdout.write(`${JSON.stringify(inputs, null, 2)}\n`);
    else if (inputs.length === 0) needs.stderr.write("nothing listens for metrics, and nothing was pushed\n");
    else needs.stdout.write(table(rows(inputs)));
    return 0;
  },
});

function rows(inputs: InputsAnswer["inputs"]): string[][] {
  const head = [
    "INPUT",
    "ADDRESSES",
    "RECEIVED",
    "METRICS",
    "FAULTS",
    "KERNEL DROPS",
    "CONNECTIONS",
    "DENIED",
  ];
  const body = inputs.flatMap(
    ({ name, addresses, received, metrics, faults, kernel_drops, connections, denied }) => {
      const total = Object.values(faults).reduce((sum, count) => sum + count, 0);
      const drops = kernel_drops === null ? "-" : String(kernel_drops);
      const line = [
        name,
        addresses.join(" ") || "-",
        received,
        metrics,
        total,
        drops,
        connections,
        denied,
      ].map(String);
      return [
        line,
        ...Object.entries(faults).map(([reason, count]) => ["", "", "", "", `${count} ${reason}`]),
      ];
    },
  );
  return [head, ...body];
}
