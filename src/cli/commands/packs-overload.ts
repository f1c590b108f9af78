// `yagura packs overload`: a copy of a pack on a higher level, to be changed (contract opsbro §1.4).
import { overloadPack } from "../../config/index.ts";
import { printable } from "../../kernel/log.ts";
import { defineCommand } from "../command.ts";
import { textOf } from "../option-values.ts";
import { packAddressIn, packOptions, readPackSet } from "../pack-files.ts";
import { wrongUsage } from "../wrong-usage.ts";

const levels = ["local", "zone", "global"] as const;

export const command = defineCommand({
  name: "packs overload",
  summary: "Copy a pack to a higher level, where it can be changed and counts.",
  arguments: "<level.name>",
  options: [
    ...packOptions,
    { name: "to-level", kind: "text", value: "LEVEL", default: "local", help: "local, zone or global" },
  ],
  examples: ["yagura packs overload core.redis", "yagura packs overload core.redis --to-level global"],
  async run(input, needs) {
    const typed = textOf(input.options, "to-level");
    const level =
      levels.find((one) => one === typed) ?? wrongUsage("--to-level is none of local, zone, global");
    const set = await readPackSet(input, needs);
    const directory = await overloadPack(set, packAddressIn(set, input.words[0] ?? ""), level);
    needs.stdout.write(`${printable(directory)}\n`);
    needs.stderr.write("it counts from the agent's next start on\n");
    return 0;
  },
});
