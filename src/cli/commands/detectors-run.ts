// `yagura detectors run`: detectors look now.
import { AgentError } from "../../kernel/errors.ts";
import { askAgent, clientOptions, shaped } from "../agent-client.ts";
import { defineCommand } from "../command.ts";
import { isOn } from "../option-values.ts";
import { printJson } from "../print-json.ts";
import { table } from "../table.ts";

export const command = defineCommand({
  name: "detectors run",
  summary: "Let the detectors look now, or those of a name.",
  arguments: "[detector]",
  options: clientOptions,
  examples: ["yagura detectors run", "yagura detectors run redis"],
  async run(input, needs) {
    const [name] = input.words;
    const path = `/agent/detectors/run${name === undefined ? "" : `/${encodeURIComponent(name)}`}`;
    const answer = await askAgent(path, input, needs);
    const { detectorRun } = await import("../older-answers.ts");
    const found = Object.entries(shaped(detectorRun, answer));
    if (name !== undefined && found.length === 0)
      throw new AgentError("usage.wrong", {
        reason: `there is no detector ${name}; yagura detectors list lists them`,
      });
    if (isOn(input.options, "json")) return printJson(answer.value, needs);
    const rows = found.map(([detector, { matched, groups, new_groups }]) => [
      detector,
      matched ? "yes" : "no",
      groups.join(" "),
      new_groups.join(" "),
    ]);
    needs.stdout.write(table([["DETECTOR", "MATCHES", "GROUPS", "NEW"], ...rows]));
    return 0;
  },
});
