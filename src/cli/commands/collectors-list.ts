// `yagura collectors list`: which collectors are at work (contract opsbro §4.1).
import { printable } from "../../kernel/log.ts";
import { askAgent, clientOptions, shaped } from "../agent-client.ts";
import { colours } from "../colour.ts";
import { defineCommand } from "../command.ts";
import { isOn } from "../option-values.ts";

export const command = defineCommand({
  name: "collectors list",
  summary: "List the collectors and whether they find something.",
  options: clientOptions,
  examples: ["yagura collectors list", "yagura collectors list --json"],
  async run(input, needs) {
    const answer = await askAgent("/collectors", input, needs);
    const { collectorsAnswer } = await import("../../api/contract/index.ts");
    const list = Object.values(shaped(collectorsAnswer, answer)).map(({ name, active }) => ({
      name,
      enabled: active,
    }));
    if (isOn(input.options, "json")) {
      needs.stdout.write(`${JSON.stringify(list, null, 2)}\n`);
      return 0;
    }
    const colour = colours(needs);
    for (const { name, enabled } of list)
      needs.stdout.write(
        `${printable(name).padEnd(15)}: ${enabled ? colour("green", "enabled") : "disabled"}\n`,
      );
    return 0;
  },
});
