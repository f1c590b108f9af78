// `yagura agent print`: one bare value, for scripts.
import { printable } from "../../kernel/log.ts";
import { askAgent, clientOptions, shaped } from "../agent-client.ts";
import { defineCommand } from "../command.ts";
import { isOn } from "../option-values.ts";
import { printJson } from "../print-json.ts";
import { wrongUsage } from "../wrong-usage.ts";

const facts = { uuid: "uuid", "local-addr": "local_addr", "public-addr": "public_addr" } as const;

const isFact = (name: string): name is keyof typeof facts => Object.hasOwn(facts, name);

export const command = defineCommand({
  name: "agent print",
  summary: "Print one value of the agent: uuid, local-addr or public-addr.",
  arguments: "<value>",
  choices: Object.keys(facts),
  options: clientOptions,
  examples: ["yagura agent print uuid", "yagura agent print local-addr"],
  async run(input, needs) {
    const [name = ""] = input.words;
    if (!isFact(name)) return wrongUsage(`name a value: ${Object.keys(facts).join(", ")}`);
    const { agentInfo } = await import("../older-answers.ts");
    const value = shaped(agentInfo, await askAgent("/agent/info", input, needs))[facts[name]];
    if (isOn(input.options, "json")) return printJson(value, needs);
    needs.stdout.write(`${printable(value)}\n`);
    return 0;
  },
});
