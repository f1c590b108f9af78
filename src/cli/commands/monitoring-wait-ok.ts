// `yagura monitoring wait-ok`: until a check is ok.
import { askAgent, shaped } from "../agent-client.ts";
import { defineCommand } from "../command.ts";
import { waitFor, waitOptions } from "../wait-for.ts";

export const command = defineCommand({
  name: "monitoring wait-ok",
  summary: "Wait until a check is ok; ends with 2 when the time is up.",
  arguments: "<check>",
  options: waitOptions,
  examples: ["yagura monitoring wait-ok linux/memory", "yagura monitoring wait-ok web --timeout 2m"],
  async run(input, needs) {
    const [wanted = ""] = input.words;
    const { checksAnswer } = await import("../../api/contract/index.ts");
    const look = async () => {
      const { checks } = shaped(checksAnswer, await askAgent("/checks", input, needs));
      const found =
        checks.find(({ id }) => id === wanted) ??
        checks.find(({ name, display_name }) => [name, display_name].includes(wanted));
      if (found === undefined) return `there is no check ${wanted} at work`;
      return found.state === "ok" || `${found.id} is ${found.state}: ${found.output}`;
    };
    return await waitFor(look, input, needs);
  },
});
