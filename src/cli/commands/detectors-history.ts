// `yagura detectors history`: which groups came and went, and when.
import { defineCommand } from "../command.ts";
import { historyOptions, printHistory } from "../history-page.ts";

export const command = defineCommand({
  name: "detectors history",
  summary: "Show which groups came and went, and when, oldest first.",
  options: historyOptions,
  examples: ["yagura detectors history", "yagura detectors history --limit 20"],
  async run(input, needs) {
    const { groupHistory: schema } = await import("../older-answers.ts");
    const page = { path: "/agent/detectors/history", schema };
    return await printHistory({ ...page, cells: ({ type, name }) => [type, name] }, input, needs);
  },
});
