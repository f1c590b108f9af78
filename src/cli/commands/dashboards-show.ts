// `yagura dashboards show`: a page of figures, again every ten seconds (contract opsbro §12.7).
import { askAgent, clientOptions, wasAnswered } from "../agent-client.ts";
import { defineCommand } from "../command.ts";
import { readDashboard } from "../dashboard/dashboard-answer.ts";
import { DashboardPage } from "../dashboard/dashboard-page.ts";
import { startLivePage } from "../live-page.ts";
import { integerOf, isOn } from "../option-values.ts";
import { printJson } from "../print-json.ts";
import { wrongUsage } from "../wrong-usage.ts";

const everyMs = 10_000;

export const command = defineCommand({
  name: "dashboards show",
  summary: "Show a dashboard until Ctrl-C; print it once when this is no terminal.",
  arguments: "<dashboard>",
  options: [
    ...clientOptions,
    { name: "occurrences", kind: "integer", help: "how often to show it, ten seconds apart" },
    { name: "occurences", kind: "integer", help: "the same, as the older system spells it" },
  ],
  examples: ["yagura dashboards show linux", "yagura dashboards show redis --occurrences 3"],
  async run(input, needs) {
    const times = integerOf(input.options, "occurrences") ?? integerOf(input.options, "occurences");
    if (times !== undefined && times < 1) return wrongUsage("--occurrences is no number above 0");
    const [name = ""] = input.words;
    const ask = async () => {
      try {
        return await askAgent(`/dashboards/${encodeURIComponent(name)}`, input, needs);
      } catch (thrown) {
        if (!wasAnswered(404, thrown)) throw thrown;
        return wrongUsage(`there is no dashboard ${name}; yagura dashboards list lists them`);
      }
    };
    if (isOn(input.options, "json")) return printJson((await ask()).value, needs);
    const page = new DashboardPage(needs);
    const draw = async () => page.draw(readDashboard(await ask()));
    await startLivePage(draw, needs, { everyMs, times }).drawn;
    return 0;
  },
});
