// `yagura handlers test`: a handler tells of a made-up event, at once.
import { printable } from "../../kernel/log.ts";
import { clientOptions, shaped, tellAgent } from "../agent-client.ts";
import { defineCommand } from "../command.ts";
import { isOn, textOf } from "../option-values.ts";
import { printJson } from "../print-json.ts";
import { wrongUsage } from "../wrong-usage.ts";

const states = ["ok", "warning", "critical", "unknown"];
const timeoutMs = 120_000;

export const command = defineCommand({
  name: "handlers test",
  summary: "Let a handler tell of a made-up event, at once; ends with 1 when it could not.",
  arguments: "<handler>",
  options: [
    ...clientOptions,
    {
      name: "state",
      kind: "text",
      value: "STATE",
      default: "critical",
      help: "state of the made-up check: ok, warning, critical or unknown",
    },
  ],
  examples: ["yagura handlers test mail", "yagura handlers test slack --state ok"],
  async run(input, needs) {
    const [handler] = input.words;
    const state = textOf(input.options, "state")?.toLowerCase() ?? "";
    if (!states.includes(state)) return wrongUsage(`--state is none of ${states.join(", ")}`);
    const request = { method: "POST", path: "/handlers/test", body: { handler, state }, timeoutMs } as const;
    const answer = await tellAgent(request, input, needs);
    const { handlerTest } = await import("../older-answers.ts");
    const { outcome, text } = shaped(handlerTest, answer);
    if (isOn(input.options, "json")) printJson(answer.value, needs);
    else needs.stdout.write(`${printable(outcome === "later" ? "not sent" : outcome)}: ${printable(text)}\n`);
    return outcome === "sent" ? 0 : 1;
  },
});
