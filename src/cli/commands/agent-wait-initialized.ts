// `yagura agent wait-initialized`: until the agent runs, and has measured and judged everything once.
import { AgentError } from "../../kernel/errors.ts";
import { askAgent, shaped } from "../agent-client.ts";
import { defineCommand } from "../command.ts";
import { waitFor, waitOptions } from "../wait-for.ts";

export const command = defineCommand({
  name: "agent wait-initialized",
  summary: "Wait until the agent has measured and judged everything once; ends with 2 when the time is up.",
  options: waitOptions,
  examples: ["yagura agent wait-initialized", "yagura agent wait-initialized --timeout 2m"],
  async run(input, needs) {
    const { agentState } = await import("../older-answers.ts");
    const look = async () => {
      try {
        const state = shaped(agentState, await askAgent("/agent/state", input, needs));
        return state === "ok" || `the agent is ${state}`;
      } catch (thrown) {
        // It may be on its way up.
        if (thrown instanceof AgentError && thrown.code === "agent.unreachable") return thrown.message;
        throw thrown;
      }
    };
    return await waitFor(look, input, needs);
  },
});
