// `yagura series top`: how many series each source has, and who makes them.
import type { SeriesTopAnswer } from "../../api/contract/index.ts";
import { printable } from "../../kernel/log.ts";
import { askAgent, clientOptions, shaped } from "../agent-client.ts";
import { colours } from "../colour.ts";
import { defineCommand } from "../command.ts";
import { isOn } from "../option-values.ts";
import { table } from "../table.ts";

export const command = defineCommand({
  name: "series top",
  summary: "Show how many series each source has, which names and tags make them, and what found no room.",
  options: clientOptions,
  examples: ["yagura series top", "yagura series top --json"],
  async run(input, needs) {
    const answer = await askAgent("/series/top", input, needs);
    const { seriesTopAnswer } = await import("../../api/contract/index.ts");
    const { sources } = shaped(seriesTopAnswer, answer);
    if (isOn(input.options, "json")) {
      needs.stdout.write(`${JSON.stringify(sources, null, 2)}\n`);
      return 0;
    }
    const colour = colours(needs);
    for (const source of sources) {
      const title = `${source.source}: ${source.series} series of ${source.limit}, ${source.overflow} metrics found no room`;
      needs.stdout.write(`${colour("bold", printable(title))}\n${table(rows(source))}`);
    }
    return 0;
  },
});

function rows({ families, tags, refused }: SeriesTopAnswer["sources"][number]): string[][] {
  const line =
    (what: string) =>
    ({ name, count }: { name: string; count: number }) => ["", what, name, String(count)];
  return [
    ...families.map(line("series")),
    ...tags.map(line("values of tag")),
    ...refused.map(line("no room for")),
  ];
}
