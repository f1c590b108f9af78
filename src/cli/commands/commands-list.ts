// `yagura commands list`: what the caller may have the agent run.
import type { CommandsAnswer } from "../../api/contract/index.ts";
import { askAgent, clientOptions, shaped } from "../agent-client.ts";
import { colours } from "../colour.ts";
import { defineCommand } from "../command.ts";
import { isOn } from "../option-values.ts";
import { table } from "../table.ts";

export const command = defineCommand({
  name: "commands list",
  summary: "List the programs that the caller may have the agent run.",
  options: clientOptions,
  examples: [
    "yagura commands list",
    "yagura commands list --url https://web1.example:6777 --pin 3f...a9 --json",
  ],
  async run(input, needs) {
    const answer = await askAgent("/commands", input, needs);
    if (isOn(input.options, "json")) {
      needs.stdout.write(`${JSON.stringify(answer.value, null, 2)}\n`);
      return 0;
    }
    const { commandsAnswer } = await import("../../api/contract/index.ts");
    const commands = shaped(commandsAnswer, answer);
    const colour = colours(needs);
    const [head, ...lines] = table([["CHECK", "PROGRAM"], ...checksOf(commands)]).split("\n");
    needs.stdout.write(`${colour("bold", head ?? "")}\n${lines.join("\n")}\n${table(factsOf(commands))}`);
    return 0;
  },
});

function checksOf({ checks }: CommandsAnswer): string[][] {
  return checks.length === 0 ? [["none", ""]] : checks.map(({ name, path }) => [name, path]);
}

function factsOf({ caller, roles, shell, inventory }: CommandsAnswer): string[][] {
  const programs = inventory === "any" ? "any program of the system's path" : inventory.join(", ") || "none";
  return [
    ["caller", caller],
    ["roles", roles.join(", ") || "none"],
    ["inventory", programs],
    ["options", shell ? "given to a shell" : "split into words, without a shell"],
  ];
}
