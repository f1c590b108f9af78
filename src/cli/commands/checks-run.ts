// `yagura checks run`: one check of the agent's host, now.
import { printable } from "../../kernel/log.ts";
import { clientOptions, shaped, tellAgent } from "../agent-client.ts";
import { defineCommand } from "../command.ts";
import { isOn } from "../option-values.ts";
import { wrongUsage } from "../wrong-usage.ts";

const exits: Readonly<Record<string, number>> = { ok: 0, warning: 1, critical: 2 };
const timeoutMs = 120_000;

export const command = defineCommand({
  name: "checks run",
  summary: "Run a check of the agent's host now; ends with 0, 1, 2 or 3 as Nagios counts.",
  arguments: "<check>",
  options: clientOptions,
  examples: ["yagura checks run linux/cpu", "yagura checks run linux/memory --json"],
  async run(input, needs) {
    const check = input.words[0] ?? wrongUsage("which check? `yagura monitoring state` lists them");
    const request = { method: "POST", path: "/checks/run", body: { check }, timeoutMs } as const;
    const answer = await tellAgent(request, input, needs);
    const { checkReport } = await import("../../api/contract/index.ts");
    const report = shaped(checkReport, answer);
    if (isOn(input.options, "json")) needs.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
    else needs.stdout.write(`${report.state.toUpperCase()}: ${printable(report.output)}\n`);
    return exits[report.state] ?? 3;
  },
});
