// `yagura api list`: what the agent can be asked over HTTP (contract opsbro §12.5).
import { askAgent, clientOptions, shaped } from "../agent-client.ts";
import { defineCommand } from "../command.ts";
import { isOn } from "../option-values.ts";
import { printJson } from "../print-json.ts";
import { table } from "../table.ts";

export const command = defineCommand({
  name: "api list",
  summary: "List what the agent can be asked over HTTP, and the role that it needs.",
  options: clientOptions,
  examples: ["yagura api list", "yagura api list --json"],
  async run(input, needs) {
    const answer = await askAgent("/api", input, needs);
    const { routeList } = await import("../older-answers.ts");
    const routes = shaped(routeList, answer);
    if (isOn(input.options, "json")) return printJson(answer.value, needs);
    const rows = routes.map(({ method, path, role, protected: isProtected, description }) => [
      ...[method, path, role ?? "-", isProtected ? "protected" : "", description],
    ]);
    needs.stdout.write(table([["METHOD", "PATH", "ROLE", "", "WHAT IT DOES"], ...rows]));
    return 0;
  },
});
