// `yagura status`: how the agent is.
import type { StatusAnswer } from "../../api/contract/index.ts";
import { askAgent, clientOptions, shaped } from "../agent-client.ts";
import { colours } from "../colour.ts";
import { defineCommand } from "../command.ts";
import { isOn } from "../option-values.ts";
import { table } from "../table.ts";

export const command = defineCommand({
  name: "status",
  summary: "Show how the agent is.",
  options: clientOptions,
  examples: [
    "yagura status",
    "yagura status --url https://web1.example:6777 --token-file operators.token --json",
  ],
  async run(input, needs) {
    const answer = await askAgent("/status", input, needs);
    if (isOn(input.options, "json")) {
      needs.stdout.write(`${JSON.stringify(answer.value, null, 2)}\n`);
      return 0;
    }
    const { statusAnswer } = await import("../../api/contract/index.ts");
    const status = shaped(statusAnswer, answer);
    const colour = colours(needs);
    needs.stdout.write(`${colour("green", "running")}\n${table(rowsOf(status))}`);
    return 0;
  },
});

function rowsOf(status: StatusAnswer): string[][] {
  const { certificate, programs, connections } = status;
  return [
    ["version", status.app_version],
    ["process", `${status.pid}, up ${spanText(status.uptime_seconds)}`],
    ["listens on", status.listen.join(", ") || "nothing"],
    ["certificate", certificate === null ? "none" : `${certificate.subject}, until ${certificate.not_after}`],
    ...(certificate === null ? [] : [["fingerprint", certificate.fingerprint]]),
    ...replacedRows(certificate),
    ["connections", `${connections.open} open, ${connections.waiting} waiting, at most ${connections.limit}`],
    [
      "programs",
      `${programs.running} running, ${programs.waiting} waiting, ${programs.leaked} leaked (${programs.engine})`,
    ],
    [
      "metrics",
      `${status.metric_buffer_status.length} records to hand over${status.disable_collect_metrics ? ", metric programs are not run" : ""}`,
    ],
  ];
}

function replacedRows(certificate: StatusAnswer["certificate"]): string[][] {
  if (certificate === null || certificate.replaced === null) return [];
  const { old, at } = certificate.replaced;
  return [
    ["", `made on ${at} in place of ${old ?? "one that nobody knows"}, which was lost:`],
    ["", "whoever pinned that one needs this one; then run yagura certificate acknowledge"],
  ];
}

/** Seconds as the two largest units: `3 d 4 h`. */
function spanText(seconds: number): string {
  const parts = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor(seconds / 3600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "min"],
    [seconds % 60, "s"],
  ] as const;
  const first = parts.findIndex(([amount]) => amount > 0);
  const shown = first < 0 ? parts.slice(3) : parts.slice(first, first + 2);
  return shown.map(([amount, unit]) => `${amount} ${unit}`).join(" ");
}
