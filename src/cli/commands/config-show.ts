// `yagura config show`: the configuration as it was understood, secrets hidden.
import { defineCommand } from "../command.ts";
import { isOn } from "../option-values.ts";
import { configOption, homeOption, jsonOption } from "../shared-options.ts";

export const command = defineCommand({
  name: "config show",
  summary: "Print the configuration as it was understood, secrets hidden.",
  options: [
    configOption,
    homeOption,
    { name: "effective", kind: "boolean", help: "every value, defaults included" },
    {
      name: "origin",
      kind: "boolean",
      help: "where each value comes from: file and line, variable or default",
    },
    jsonOption,
  ],
  examples: ["yagura config show --effective", "yagura config show --origin --config ./yagura.yaml"],
  async run(input, needs) {
    const { loadForReading } = await import("../load-for-reading.ts");
    const { showConfig } = await import("../../config/index.ts");
    const { loaded, sections } = await loadForReading(input, needs);
    const json = isOn(input.options, "json");
    const wish = {
      effective: isOn(input.options, "effective"),
      origin: isOn(input.options, "origin") && !json,
    };
    const shown = showConfig(loaded, sections, wish);
    needs.stdout.write(json ? await jsonOf(shown) : shown);
    return 0;
  },
});

/** What is shown is YAML with the secrets already hidden, so JSON is made from that and not from the values. */
async function jsonOf(shown: string): Promise<string> {
  const { parse } = await import("yaml");
  return `${JSON.stringify(parse(shown) ?? {}, null, 2)}\n`;
}
