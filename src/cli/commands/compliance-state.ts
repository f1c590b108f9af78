// `yagura compliance state`: whether the host is as it should be.
import { AgentError } from "../../kernel/errors.ts";
import { askAgent, clientOptions, shaped } from "../agent-client.ts";
import { colours } from "../colour.ts";
import { defineCommand } from "../command.ts";
import { complianceLines } from "../compliance-rows.ts";
import { isOn } from "../option-values.ts";
import { printJson } from "../print-json.ts";

export const command = defineCommand({
  name: "compliance state",
  summary: "Show the state of each compliance and installer with its rules, or of those of a name.",
  arguments: "[name]",
  options: clientOptions,
  examples: ["yagura compliance state", "yagura compliance state 'passwd is root/644' --json"],
  async run(input, needs) {
    const [name] = input.words;
    const answer = await askAgent("/compliance/state", input, needs);
    const { complianceReports } = await import("../older-answers.ts");
    const all = shaped(complianceReports, answer);
    const reports = all.filter((report) => name === undefined || report.name === name);
    if (name !== undefined && reports.length === 0) {
      const names = all.map((report) => report.name).join(", ") || "none";
      throw new AgentError("usage.wrong", { reason: `there is no compliance ${name}; there are ${names}` });
    }
    if (isOn(input.options, "json")) return printJson(reports, needs);
    if (reports.length === 0) needs.stderr.write("there are no compliances and no installers\n");
    const colour = colours(needs);
    needs.stdout.write(reports.map((report) => complianceLines(report, colour)).join(""));
    return 0;
  },
});
