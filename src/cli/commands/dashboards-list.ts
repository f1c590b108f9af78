// `yagura dashboards list`: pages of figures for the terminal.
import { askAgent, clientOptions, shaped } from "../agent-client.ts";
import { defineCommand } from "../command.ts";
import { isOn } from "../option-values.ts";
import { printJson } from "../print-json.ts";
import { table } from "../table.ts";

export const command = defineCommand({
  name: "dashboards list",
  summary: "List the dashboards.",
  options: clientOptions,
  examples: ["yagura dashboards list", "yagura dashboards list --json"],
  async run(input, needs) {
    const answer = await askAgent("/dashboards", input, needs);
    const { dashboardList } = await import("../older-answers.ts");
    const list = shaped(dashboardList, answer);
    if (isOn(input.options, "json")) return printJson(answer.value, needs);
    const rows = list.map(({ name, title, pack, level }) => [name, title, pack === "" ? "-" : pack, level]);
    if (rows.length === 0) needs.stderr.write("there are no dashboards\n");
    else needs.stdout.write(table([["DASHBOARD", "TITLE", "PACK", "LEVEL"], ...rows]));
    return 0;
  },
});
