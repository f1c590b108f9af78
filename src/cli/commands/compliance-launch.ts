// `yagura compliance launch`: looks at a compliance now, whatever its condition says.
import { clientOptions, shaped, tellAgent } from "../agent-client.ts";
import { colours } from "../colour.ts";
import { defineCommand } from "../command.ts";
import { complianceLines } from "../compliance-rows.ts";
import { isOn } from "../option-values.ts";
import { printJson } from "../print-json.ts";

/** Packages may have to be fetched. */
const timeoutMs = 3_600_000;

export const command = defineCommand({
  name: "compliance launch",
  summary: "Look at a compliance now, whatever its condition says; ends with 1 unless all is well then.",
  arguments: "<name>",
  options: clientOptions,
  examples: ["yagura compliance launch 'passwd is root/644'", "yagura compliance launch web --json"],
  async run(input, needs) {
    const [body = ""] = input.words;
    const request = { method: "PUT", path: "/compliance/launch", body, timeoutMs } as const;
    const answer = await tellAgent(request, input, needs);
    const { complianceReport } = await import("../older-answers.ts");
    const report = shaped(complianceReport, answer);
    if (isOn(input.options, "json")) printJson(answer.value, needs);
    else needs.stdout.write(complianceLines(report, colours(needs)));
    return ["COMPLIANT", "FIXED"].includes(report.state) ? 0 : 1;
  },
});
