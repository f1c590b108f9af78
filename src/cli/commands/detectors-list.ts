// `yagura detectors list`: what finds out the groups of a host.
import { askAgent, clientOptions, shaped } from "../agent-client.ts";
import { defineCommand } from "../command.ts";
import { isOn } from "../option-values.ts";
import { printJson } from "../print-json.ts";
import { table } from "../table.ts";

export const command = defineCommand({
  name: "detectors list",
  summary: "List the detectors with their conditions and groups.",
  options: clientOptions,
  examples: ["yagura detectors list", "yagura detectors list --json"],
  async run(input, needs) {
    const answer = await askAgent("/agent/detectors", input, needs);
    const { detectorList } = await import("../older-answers.ts");
    const detectors = shaped(detectorList, answer);
    if (isOn(input.options, "json")) return printJson(answer.value, needs);
    const rows = detectors.map(({ pack_name, name, matched, add_groups, apply_if, fault }) => [
      pack_name === "" ? "-" : pack_name,
      name,
      matched === null ? "not yet" : matched ? "yes" : "no",
      add_groups.join(" "),
      fault === "" ? apply_if.replace(/\s+/g, " ") : fault,
    ]);
    needs.stdout.write(table([["PACK", "DETECTOR", "MATCHES", "GROUPS", "CONDITION"], ...rows]));
    return 0;
  },
});
