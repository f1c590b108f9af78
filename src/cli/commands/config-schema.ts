// `yagura config schema`: the JSON Schema of the configuration, for editors.
import { defineCommand } from "../command.ts";

export const command = defineCommand({
  name: "config schema",
  summary: "Print the JSON Schema of the configuration, for editors.",
  options: [],
  examples: ["yagura config schema > yagura.schema.json", "yagura config schema | jq '.properties | keys'"],
  async run(_input, needs) {
    const { configJsonSchema } = await import("../../config/index.ts");
    needs.stdout.write(`${JSON.stringify(configJsonSchema(await needs.sections()), null, 2)}\n`);
    return 0;
  },
});
