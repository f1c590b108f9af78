// `yagura collectors wait-ok`: until a collector finds something.
import { askAgent, shaped } from "../agent-client.ts";
import { defineCommand } from "../command.ts";
import { waitFor, waitOptions } from "../wait-for.ts";

export const command = defineCommand({
  name: "collectors wait-ok",
  summary: "Wait until a collector is well; ends with 2 when the time is up.",
  arguments: "<collector>",
  options: waitOptions,
  examples: ["yagura collectors wait-ok memory", "yagura collectors wait-ok redis --timeout 2m"],
  async run(input, needs) {
    const [wanted = ""] = input.words;
    const { collectorsAnswer } = await import("../../api/contract/index.ts");
    const look = async () => {
      const collectors = shaped(collectorsAnswer, await askAgent("/collectors", input, needs));
      const found = Object.values(collectors).find(({ name }) => name === wanted);
      if (found === undefined) return `there is no collector ${wanted}`;
      return found.state === "OK" || `${wanted} is ${found.state}: ${found.log}`;
    };
    return await waitFor(look, input, needs);
  },
});
