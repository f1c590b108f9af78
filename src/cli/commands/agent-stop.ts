// `yagura agent stop`: ends the agent as a signal would.
import { printable } from "../../kernel/log.ts";
import { clientOptions, tellAgentText } from "../agent-client.ts";
import { defineCommand } from "../command.ts";

export const command = defineCommand({
  name: "agent stop",
  summary: "End the agent of this host.",
  options: clientOptions.filter(({ name }) => name !== "json"),
  examples: ["yagura agent stop", "yagura agent stop --home ~/.yagura"],
  async run(input, needs) {
    const answer = await tellAgentText({ method: "GET", path: "/stop" }, input, needs);
    needs.stdout.write(`${printable(answer)}\n`);
    return 0;
  },
});
