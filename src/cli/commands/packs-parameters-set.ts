// `yagura packs parameters set`: changes one value of a pack in its file (contract opsbro §1.6).
import { editParameter, findParameter, packAddress } from "../../config/index.ts";
import { printable } from "../../kernel/log.ts";
import { defineCommand } from "../command.ts";
import { packAddressIn, packOptions, readPackSet } from "../pack-files.ts";
import { wrongUsage } from "../wrong-usage.ts";

export const command = defineCommand({
  name: "packs parameters set",
  summary: "Change a parameter of a pack that stands above the shipped ones; the value is YAML.",
  arguments: "<level.pack.key> <value>",
  options: packOptions,
  examples: [
    "yagura packs parameters set local.redis.port 6380",
    "yagura packs parameters set local.linux.cpu_critical 98",
  ],
  async run(input, needs) {
    const set = await readPackSet(input, needs);
    const [typed = "", value = ""] = input.words;
    const { file, key, pack, editable } = findParameter(set, packAddressIn(set, typed));
    if (!editable) {
      const address = packAddress(pack);
      const copy = `yagura packs overload ${address}`;
      return wrongUsage(`${address} is replaced with every new version; copy it first: ${copy}`);
    }
    const edit = { operation: "set", key, value } as const;
    const { words } = await editParameter({ path: file, itemwise: [], now: new Date() }, edit);
    needs.stdout.write(`${printable(words)}\n`);
    needs.stderr.write("it counts from the agent's next start on\n");
    return 0;
  },
});
