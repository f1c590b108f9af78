// `yagura packs parameters get`: one value of a pack, with the comments that explain it (contract opsbro §1.6).
import { findParameter, getParameter } from "../../config/index.ts";
import { printable } from "../../kernel/log.ts";
import { defineCommand } from "../command.ts";
import { isOn } from "../option-values.ts";
import { packAddressIn, packListOptions, parameterText, readPackSet } from "../pack-files.ts";
import { printJson } from "../print-json.ts";

export const command = defineCommand({
  name: "packs parameters get",
  summary: "Print a parameter of a pack with its comments.",
  arguments: "<level.pack.key>",
  options: packListOptions,
  examples: [
    "yagura packs parameters get core.linux.cpu_critical",
    "yagura packs parameters get local.redis.port",
  ],
  async run(input, needs) {
    const set = await readPackSet(input, needs);
    const [typed = ""] = input.words;
    const { file, key } = findParameter(set, packAddressIn(set, typed));
    const { value, comments } = getParameter(file, key);
    if (isOn(input.options, "json")) return printJson({ parameter: typed, value, comments }, needs);
    needs.stdout.write(`${printable(`${typed} → ${parameterText(value)}`)}\n`);
    for (const comment of comments) needs.stdout.write(`# ${printable(comment)}\n`);
    return 0;
  },
});
