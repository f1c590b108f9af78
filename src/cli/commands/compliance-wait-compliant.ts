// `yagura compliance wait-compliant`: until the host is as it should be.
import { askAgent, shaped } from "../agent-client.ts";
import { defineCommand } from "../command.ts";
import { waitFor, waitOptions } from "../wait-for.ts";

export const command = defineCommand({
  name: "compliance wait-compliant",
  summary: "Wait until a compliance is COMPLIANT; ends with 2 when the time is up.",
  arguments: "<name>",
  options: waitOptions,
  examples: [
    "yagura compliance wait-compliant 'passwd is root/644'",
    "yagura compliance wait-compliant web --timeout 5m",
  ],
  async run(input, needs) {
    const [wanted = ""] = input.words;
    const { complianceReports } = await import("../older-answers.ts");
    const look = async () => {
      const reports = shaped(complianceReports, await askAgent("/compliance/state", input, needs));
      const found = reports.find(({ name }) => name === wanted);
      if (found === undefined) return `there is no compliance ${wanted}`;
      const infos = found.rules.flatMap((rule) => rule.infos.map(({ text }) => text));
      return found.state === "COMPLIANT" || [`it is ${found.state}`, ...infos].join("; ");
    };
    return await waitFor(look, input, needs);
  },
});
