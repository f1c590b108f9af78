// `yagura agent parameters show`: every value of opsbro's main file (contract opsbro §1.6).
import { showParameters } from "../../config/index.ts";
import { defineCommand } from "../command.ts";
import { mainFileOf } from "../main-file.ts";
import { isOn } from "../option-values.ts";
import { parameterText } from "../pack-files.ts";
import { printJson } from "../print-json.ts";
import { homeOption, jsonOption, opsbroOption } from "../shared-options.ts";
import { table } from "../table.ts";

const secrets: ReadonlySet<string> = new Set(["encryption_key"]);

export const command = defineCommand({
  name: "agent parameters show",
  summary: "Show the values of the main file of a configuration directory of opsbro; secrets as ***.",
  options: [homeOption, opsbroOption, jsonOption],
  examples: [
    "yagura agent parameters show --cfg-dir /etc/opsbro",
    "yagura agent parameters show --cfg-dir /etc/opsbro --json",
  ],
  async run(input, needs) {
    const entries = showParameters(mainFileOf(input, needs)).map(({ key, value }): [string, unknown] => [
      key,
      secrets.has(key) && value !== "" ? "***" : value,
    ]);
    if (isOn(input.options, "json")) return printJson(Object.fromEntries(entries), needs);
    needs.stdout.write(table(entries.map(([key, value]) => [key, parameterText(value)])));
    return 0;
  },
});
