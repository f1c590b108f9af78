// `yagura detectors wait-group`: until this host is in a group.
import { askAgent, shaped } from "../agent-client.ts";
import { defineCommand } from "../command.ts";
import { waitFor, waitOptions } from "../wait-for.ts";

export const command = defineCommand({
  name: "detectors wait-group",
  summary: "Wait until this host is in a group; ends with 2 when the time is up.",
  arguments: "<group>",
  options: waitOptions,
  examples: ["yagura detectors wait-group redis", "yagura detectors wait-group linux --timeout 2m"],
  async run(input, needs) {
    const [group = ""] = input.words;
    const { agentInfo } = await import("../older-answers.ts");
    const look = async () => {
      // Detected groups and those that the host was given otherwise.
      const { groups } = shaped(agentInfo, await askAgent("/agent/info", input, needs));
      return groups.includes(group) || `the host is not in ${group}, but in ${groups.join(", ") || "none"}`;
    };
    return await waitFor(look, input, needs);
  },
});
