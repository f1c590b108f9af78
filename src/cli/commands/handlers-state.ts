// `yagura handlers state`: what each handler has sent, what waits, and why.
import { askAgent, clientOptions, shaped } from "../agent-client.ts";
import { defineCommand } from "../command.ts";
import { isOn } from "../option-values.ts";
import { printJson } from "../print-json.ts";
import { table } from "../table.ts";
import { timeText } from "../time-text.ts";

const head = ["HANDLER", "TYPE", "STATE", "WAITING", "SENT", "RETRIED", "REFUSED", "GIVEN UP", "LAST FAULT"];

export const command = defineCommand({
  name: "handlers state",
  summary: "Show what each handler has sent, what waits, and what is wrong.",
  options: clientOptions,
  examples: ["yagura handlers state", "yagura handlers state --json"],
  async run(input, needs) {
    const answer = await askAgent("/handlers", input, needs);
    const { handlersAnswer } = await import("../../api/contract/index.ts");
    const { handlers } = shaped(handlersAnswer, answer);
    if (isOn(input.options, "json")) return printJson(handlers, needs);
    const rows = handlers.map(
      ({ name, type, enabled, state, waiting, sent, retried, refused, given_up, last_fault }) => [
        ...[name, type, enabled ? state : "disabled"],
        ...[waiting, sent, retried, refused, given_up].map(String),
        last_fault === null ? "" : `${timeText(last_fault.at)} ${last_fault.reason}`,
      ],
    );
    if (rows.length === 0) needs.stderr.write("there are no handlers: nobody is told\n");
    else needs.stdout.write(table([head, ...rows]));
    return 0;
  },
});
