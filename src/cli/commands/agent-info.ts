// `yagura agent info`: who the agent is, and how its parts are (contract opsbro §12.3).
import { AgentError } from "../../kernel/errors.ts";
import { askAgent, clientOptions, shaped } from "../agent-client.ts";
import { agentInfoPage } from "../agent-info-page.ts";
import { defineCommand } from "../command.ts";
import { isOn } from "../option-values.ts";
import { printJson } from "../print-json.ts";

export const command = defineCommand({
  name: "agent info",
  summary: "Show who the agent is, and how its parts are; ends with 1 when none runs.",
  options: [
    ...clientOptions,
    { name: "show-logs", kind: "boolean", help: "also the newest warnings and errors of its log" },
  ],
  examples: ["yagura agent info", "yagura agent info --show-logs"],
  async run(input, needs) {
    try {
      const answer = await askAgent("/agent/info", input, needs);
      const { agentInfo } = await import("../older-answers.ts");
      const info = shaped(agentInfo, answer);
      if (isOn(input.options, "json")) return printJson(answer.value, needs);
      needs.stdout.write(agentInfoPage(info, isOn(input.options, "show-logs"), needs));
      return 0;
    } catch (thrown) {
      if (!(thrown instanceof AgentError) || thrown.code !== "agent.unreachable") throw thrown;
      needs.stderr.write(`yagura: ${thrown.message}\n`);
      return 1;
    }
  },
});
