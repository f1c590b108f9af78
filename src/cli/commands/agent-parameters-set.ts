// `yagura agent parameters set`: one value of opsbro's main file (contract opsbro §1.6).
import { defineCommand } from "../command.ts";
import { setParameter } from "../main-file.ts";
import { homeOption, opsbroOption } from "../shared-options.ts";

export const command = defineCommand({
  name: "agent parameters set",
  summary: "Change one value of the main file of a configuration directory of opsbro; the value is YAML.",
  arguments: "<name> <value>",
  options: [homeOption, opsbroOption],
  examples: [
    "yagura agent parameters set display_name web1 --cfg-dir /etc/opsbro",
    "yagura agent parameters set proxy-node true --cfg-dir /etc/opsbro",
  ],
  run: setParameter,
});
