// `yagura collectors watch`: the host's main figures, live.
import { askAgent, clientOptions, shaped } from "../agent-client.ts";
import { defineCommand } from "../command.ts";
import { HostSummary } from "../host-summary.ts";
import { startLivePage } from "../live-page.ts";

export const command = defineCommand({
  name: "collectors watch",
  summary: "Watch the host's main figures until Ctrl-C; print them once when this is no terminal.",
  options: clientOptions.filter(({ name }) => name !== "json"),
  examples: ["yagura collectors watch", "yagura collectors watch --url https://web1.example:6777"],
  async run(input, needs) {
    const { collectorsAnswer } = await import("../../api/contract/index.ts");
    const summary = new HostSummary();
    const page = async () =>
      summary.page(shaped(collectorsAnswer, await askAgent("/collectors", input, needs)));
    await startLivePage(page, needs).drawn;
    return 0;
  },
});
