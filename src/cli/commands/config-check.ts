// `yagura config check`: says whether the agent would start with a configuration, and if not, what is wrong and where.
import { defineCommand } from "../command.ts";
import { configOption, homeOption } from "../shared-options.ts";

export const command = defineCommand({
  name: "config check",
  summary: "Say whether a configuration is right, and if not, what is wrong and where.",
  options: [configOption, homeOption],
  examples: ["yagura config check", "yagura config check --config ./yagura.yaml"],
  async run(input, needs) {
    const { loadForReading } = await import("../load-for-reading.ts");
    const { loaded, file } = await loadForReading(input, needs);
    const absent = loaded.files.length === 0 ? " (there is no such file: everything has its default)" : "";
    needs.stdout.write(`${file}: ok${absent}\n`);
    return 0;
  },
});
