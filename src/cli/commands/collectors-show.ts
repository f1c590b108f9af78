// `yagura collectors show`: what the collectors found last.
import type { CollectorAnswer } from "../../api/contract/index.ts";
import { AgentError } from "../../kernel/errors.ts";
import { printable } from "../../kernel/log.ts";
import { askAgent, clientOptions, shaped } from "../agent-client.ts";
import { resultRows } from "../collector-table.ts";
import { colours } from "../colour.ts";
import { defineCommand } from "../command.ts";
import { isOn } from "../option-values.ts";
import { table } from "../table.ts";

export const command = defineCommand({
  name: "collectors show",
  summary: "Show what the collectors found last.",
  arguments: "[collector]",
  options: clientOptions,
  examples: ["yagura collectors show", "yagura collectors show memory --json"],
  async run(input, needs) {
    const answer = await askAgent("/collectors", input, needs);
    const { collectorsAnswer } = await import("../../api/contract/index.ts");
    const chosen = choose(Object.values(shaped(collectorsAnswer, answer)), input.words[0]);
    if (isOn(input.options, "json")) {
      const shown = chosen.map(({ name, state, log, results }) => [name, { state, log, results }]);
      needs.stdout.write(`${JSON.stringify(Object.fromEntries(shown), null, 2)}\n`);
      return 0;
    }
    const colour = colours(needs);
    for (const { name, state, log, results } of chosen) {
      needs.stdout.write(
        `${colour("bold", printable(name))}${results === null ? `: ${state} ${printable(log)}` : ""}\n`,
      );
      if (results !== null) needs.stdout.write(table(resultRows(results).map((row) => ["", ...row])));
    }
    return 0;
  },
});

function choose(
  collectors: readonly CollectorAnswer[],
  name: string | undefined,
): readonly CollectorAnswer[] {
  if (name === undefined) return collectors.filter(({ state }) => state !== "DISABLED");
  const chosen = collectors.filter((collector) => collector.name === name);
  if (chosen.length === 0) {
    const names = collectors.map((collector) => collector.name).join(", ");
    throw new AgentError("usage.wrong", { reason: `there is no collector ${name}; there are ${names}` });
  }
  return chosen;
}
