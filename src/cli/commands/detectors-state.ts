// `yagura detectors state`: the groups that were found.
import { printable } from "../../kernel/log.ts";
import { askAgent, clientOptions, shaped } from "../agent-client.ts";
import { defineCommand } from "../command.ts";
import { isOn } from "../option-values.ts";
import { printJson } from "../print-json.ts";

export const command = defineCommand({
  name: "detectors state",
  summary: "Show the groups that detectors gave this host, one a line.",
  options: clientOptions,
  examples: ["yagura detectors state", "yagura detectors state --json"],
  async run(input, needs) {
    const answer = await askAgent("/agent/detectors/state", input, needs);
    const { groupList } = await import("../older-answers.ts");
    const groups = shaped(groupList, answer);
    if (isOn(input.options, "json")) return printJson(groups, needs);
    if (groups.length === 0) needs.stderr.write("no group was detected yet\n");
    for (const group of groups) needs.stdout.write(`${printable(group)}\n`);
    return 0;
  },
});
