// `yagura collectors history`: which collectors changed their state, and when (contract opsbro §4.4).
import { defineCommand } from "../command.ts";
import { changeText, historyOptions, printHistory } from "../history-page.ts";

export const command = defineCommand({
  name: "collectors history",
  summary: "Show which collectors changed their state, and when, oldest first.",
  options: historyOptions,
  examples: ["yagura collectors history", "yagura collectors history --limit 20"],
  async run(input, needs) {
    const { collectorHistory: schema } = await import("../older-answers.ts");
    const page = { path: "/agent/collectors/history", schema };
    return await printHistory(
      { ...page, cells: ({ name, old_state, state, log }) => [name, changeText(old_state, state), log] },
      input,
      needs,
    );
  },
});
