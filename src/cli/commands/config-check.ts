// `yagura config check`: says whether the agent would start with a configuration, and if not, what is wrong and where.
import { printable } from "../../kernel/log.ts";
import { defineCommand } from "../command.ts";
import { textOf } from "../option-values.ts";
import { placesOf } from "../places.ts";
import { configOption, homeOption } from "../shared-options.ts";

export const command = defineCommand({
  name: "config check",
  summary: "Say whether a configuration is right, and if not, what is wrong and where.",
  options: [configOption, homeOption],
  examples: ["yagura config check", "yagura config check --config ./yagura.yaml"],
  async run(input, needs) {
    const { loadForReading } = await import("../load-for-reading.ts");
    const { readPackSet, tellProblems } = await import("../pack-files.ts");
    const { startObjections } = await import("../start-objections.ts");
    const { intervalAdvice } = await import("../interval-advice.ts");
    const { loaded, file } = await loadForReading(input, needs);
    // What is wrong with an object costs that object, and not the start.
    tellProblems(await readPackSet(input, needs), needs);
    const places = placesOf({ home: textOf(input.options, "home"), environment: needs.environment });
    const objections = startObjections(loaded, places);
    for (const one of objections) needs.stderr.write(`yagura: ${printable(one)}\n`);
    if (objections.length > 0) return 78;
    for (const one of intervalAdvice(loaded)) needs.stderr.write(`yagura: warning: ${printable(one)}\n`);
    const absent = loaded.files.length === 0 ? " (there is no such file: everything has its default)" : "";
    needs.stdout.write(`${file}: ok${absent}\n`);
    return 0;
  },
});
