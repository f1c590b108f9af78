// `yagura downtimes list`: times in which nobody is told.
import type { DowntimesAnswer } from "../../api/contract/index.ts";
import { askAgent, clientOptions, shaped } from "../agent-client.ts";
import { defineCommand } from "../command.ts";
import { isOn } from "../option-values.ts";
import { printJson } from "../print-json.ts";
import { table } from "../table.ts";
import { timeText } from "../time-text.ts";

export const command = defineCommand({
  name: "downtimes list",
  summary: "List downtimes and silences.",
  options: clientOptions,
  examples: ["yagura downtimes list", "yagura downtimes list --json"],
  async run(input, needs) {
    const answer = await askAgent("/downtimes", input, needs);
    const { downtimesAnswer } = await import("../../api/contract/index.ts");
    const { downtimes } = shaped(downtimesAnswer, answer);
    if (isOn(input.options, "json")) return printJson(downtimes, needs);
    if (downtimes.length === 0) needs.stderr.write("there are no downtimes and no silences\n");
    else needs.stdout.write(table([head, ...downtimes.map(row)]));
    return 0;
  },
});

const head = ["ID", "KIND", "CHECKS", "FROM", "UNTIL", "AUTHOR", "COMMENT"];

function row({ id, kind, checks, from, until, author, comment }: DowntimesAnswer["downtimes"][number]) {
  return [id, kind, checks, timeText(from), timeText(until), author, comment];
}
