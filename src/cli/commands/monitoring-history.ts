// `yagura monitoring history`: which checks changed their state, and when.
import { defineCommand } from "../command.ts";
import { changeText, historyOptions, printHistory } from "../history-page.ts";

export const command = defineCommand({
  name: "monitoring history",
  summary: "Show which checks changed their state, and when, oldest first.",
  options: historyOptions,
  examples: ["yagura monitoring history", "yagura monitoring history --limit 20"],
  async run(input, needs) {
    const { checkHistory: schema } = await import("../older-answers.ts");
    const page = { path: "/monitoring/history/checks", schema };
    return await printHistory(
      {
        ...page,
        cells: ({ id, display_name, old_state, state, output }) => [
          id,
          typeof display_name === "string" ? display_name : "",
          changeText(old_state, state),
          output,
        ],
      },
      input,
      needs,
    );
  },
});
