// `yagura compliance history`: which rules changed their state, and when.
import { defineCommand } from "../command.ts";
import { changeText, historyOptions, printHistory } from "../history-page.ts";

export const command = defineCommand({
  name: "compliance history",
  summary: "Show which rules of compliances changed their state, and when, oldest first.",
  options: historyOptions,
  examples: ["yagura compliance history", "yagura compliance history --limit 20"],
  async run(input, needs) {
    const { complianceHistory: schema } = await import("../older-answers.ts");
    const page = { path: "/compliance/history", schema };
    return await printHistory(
      {
        ...page,
        cells: ({ name, rule, old_state, state, infos }) => [
          name,
          rule === name ? "" : rule,
          changeText(old_state, state),
          infos.map(({ text }) => text).join("; "),
        ],
      },
      input,
      needs,
    );
  },
});
