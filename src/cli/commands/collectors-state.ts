// `yagura collectors state`: how each collector does, and why one does not.
import { askAgent, clientOptions, shaped } from "../agent-client.ts";
import { collectorRows } from "../collector-table.ts";
import { defineCommand } from "../command.ts";
import { isOn } from "../option-values.ts";
import { table } from "../table.ts";

export const command = defineCommand({
  name: "collectors state",
  summary: "Show how each collector does.",
  options: clientOptions,
  examples: ["yagura collectors state", "yagura collectors state --json"],
  async run(input, needs) {
    const answer = await askAgent("/collectors", input, needs);
    const { collectorsAnswer } = await import("../../api/contract/index.ts");
    const collectors = Object.values(shaped(collectorsAnswer, answer));
    if (isOn(input.options, "json")) {
      const states = collectors.map(({ results: _results, summary: _summary, ...state }) => [
        state.name,
        state,
      ]);
      needs.stdout.write(`${JSON.stringify(Object.fromEntries(states), null, 2)}\n`);
      return 0;
    }
    needs.stdout.write(table(collectorRows(collectors)));
    return 0;
  },
});
