// `yagura tap`: metrics as they pass a point of their way, live.
import type { TapLine } from "../../api/contract/index.ts";
import { printable } from "../../kernel/log.ts";
import { clientOptions, followAgent } from "../agent-client.ts";
import { colours } from "../colour.ts";
import { defineCommand } from "../command.ts";
import { isOn, textOf } from "../option-values.ts";

export const command = defineCommand({
  name: "tap",
  summary: "Watch metrics pass a point of their way (inputs, pipeline, outputs.NAME) until Ctrl-C.",
  arguments: "[point]",
  choices: ["inputs", "pipeline"],
  options: [
    { name: "match", kind: "text", value: "PATTERN", help: "names that are shown, such as 'cpustats.*'" },
    { name: "count", kind: "integer", value: "N", help: "end after so many metrics" },
    ...clientOptions,
  ],
  examples: ["yagura tap", "yagura tap inputs --match 'stats.*' --count 10"],
  async run(input, needs) {
    const point = input.words[0] ?? "pipeline";
    const match = textOf(input.options, "match") ?? "*";
    const limit = Number(textOf(input.options, "count") ?? Number.POSITIVE_INFINITY);
    const isJson = isOn(input.options, "json");
    const { tapLine } = await import("../../api/contract/index.ts");
    const colour = colours(needs);
    const enough = new AbortController();
    let shown = 0;
    const onLine = (line: string) => {
      if (shown >= limit) return;
      const told = tapLine.parse(JSON.parse(line));
      if ("missed" in told) needs.stderr.write(`${told.missed} metrics passed too fast to be shown\n`);
      else {
        shown += 1;
        needs.stdout.write(isJson ? `${line}\n` : textLine(told, colour));
      }
      if (shown >= limit) enough.abort();
    };
    const path = `/tap?${new URLSearchParams({ point, match }).toString()}`;
    if (limit > 0) await followAgent(path, input, { needs, onLine, signal: enough.signal });
    return 0;
  },
});

function textLine(
  { name, tags, value, timestamp, host }: Exclude<TapLine, { missed: number }>,
  colour: ReturnType<typeof colours>,
): string {
  const time = new Date(timestamp).toISOString().replace("T", " ").slice(0, 19);
  const labels = [
    ...(host === "" ? [] : [`host=${host}`]),
    ...Object.entries(tags).map(([key, text]) => `${key}=${text}`),
  ];
  const words = [
    colour("dim", time),
    colour("bold", printable(name)),
    String(value),
    printable(labels.join(" ")),
  ];
  return `${words.join("  ").trimEnd()}\n`;
}
