// `yagura agent parameters get`: one value of opsbro's main file, with its comments (contract opsbro §1.6).
import { getParameter } from "../../config/index.ts";
import { printable } from "../../kernel/log.ts";
import { defineCommand } from "../command.ts";
import { mainFileOf } from "../main-file.ts";
import { isOn } from "../option-values.ts";
import { parameterText } from "../pack-files.ts";
import { printJson } from "../print-json.ts";
import { homeOption, jsonOption, opsbroOption } from "../shared-options.ts";

export const command = defineCommand({
  name: "agent parameters get",
  summary: "Print one value of the main file of a configuration directory of opsbro.",
  arguments: "<name>",
  options: [homeOption, opsbroOption, jsonOption],
  examples: [
    "yagura agent parameters get display_name --cfg-dir /etc/opsbro",
    "yagura agent parameters get groups --cfg-dir /etc/opsbro --json",
  ],
  async run(input, needs) {
    const { key, value, comments } = getParameter(mainFileOf(input, needs), input.words[0] ?? "");
    if (isOn(input.options, "json")) return printJson(value, needs);
    needs.stdout.write(`${printable(`${key} → ${parameterText(value)}`)}\n`);
    for (const comment of comments) needs.stdout.write(`# ${printable(comment)}\n`);
    return 0;
  },
});
