// `yagura downtimes add`: nobody is told of some checks for a time.
import { userInfo } from "node:os";
import { clientOptions, shaped, tellAgent } from "../agent-client.ts";
import type { CliNeeds } from "../cli-needs.ts";
import { type CommandInput, defineCommand } from "../command.ts";
import { isOn, textOf } from "../option-values.ts";
import { printJson } from "../print-json.ts";
import { parseSpan, parseTime, timeText } from "../time-text.ts";
import { wrongUsage } from "../wrong-usage.ts";

export const command = defineCommand({
  name: "downtimes add",
  summary: "Keep people from being told of some checks, for a time; CHECKS may hold * and ?.",
  arguments: "<checks>",
  options: [
    ...clientOptions,
    { name: "for", kind: "text", value: "SPAN", help: "how long it lasts, such as 2h" },
    {
      name: "until",
      kind: "text",
      value: "TIME",
      help: "when it ends: 18:30, '2026-01-31 18:30', or Unix seconds",
    },
    { name: "from", kind: "text", value: "TIME", help: "when it begins; now when absent" },
    { name: "silence", kind: "boolean", help: "it is a known problem, not planned work" },
    { name: "comment", kind: "text", help: "why" },
    { name: "author", kind: "text", value: "NAME", help: "who asks for it; the user when absent" },
  ],
  examples: [
    'yagura downtimes add "web/*" --for 2h --comment "moving the database"',
    "yagura downtimes add linux/disks --silence --until 18:30",
  ],
  async run(input, needs) {
    const body = {
      kind: isOn(input.options, "silence") ? "silence" : "downtime",
      checks: input.words[0],
      ...timesOf(input),
      author: textOf(input.options, "author") ?? userName(needs),
      comment: textOf(input.options, "comment") ?? "",
    };
    const answer = await tellAgent({ method: "POST", path: "/downtimes", body }, input, needs);
    const { downtimeReport } = await import("../../api/contract/index.ts");
    const { id, from, until } = shaped(downtimeReport, answer);
    if (isOn(input.options, "json")) return printJson(answer.value, needs);
    needs.stdout.write(`${id}: from ${timeText(from)} until ${timeText(until)}\n`);
    return 0;
  },
});

/** In Unix seconds; `from` is absent where it is now. */
function timesOf({ options }: CommandInput): { from?: number; until: number } {
  const nowMs = Date.now();
  const timeAt = (name: string) => {
    const text = textOf(options, name);
    if (text === undefined) return undefined;
    return parseTime(text, nowMs) ?? wrongUsage(`--${name} is no time such as 18:30 or '2026-01-31 18:30'`);
  };
  const [from, until, span] = [timeAt("from"), timeAt("until"), textOf(options, "for")];
  if ((until === undefined) === (span === undefined))
    return wrongUsage("say how long: either --for, such as 2h, or --until a time");
  const begin = from === undefined ? {} : { from };
  if (until !== undefined) return { ...begin, until };
  const lastsMs = parseSpan(span ?? "") ?? wrongUsage("--for is no span such as 2h or 90m");
  return { ...begin, until: (from ?? nowMs / 1000) + lastsMs / 1000 };
}

/** Who became root by sudo is still named. */
function userName({ environment }: CliNeeds): string {
  try {
    return environment["SUDO_USER"] || userInfo().username;
  } catch {
    return ""; // A user without an entry among the accounts: the agent names the caller.
  }
}
