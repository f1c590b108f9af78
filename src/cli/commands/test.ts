// `yagura test`: measures everything once and prints it, without starting the daemon.

import { printable } from "../../kernel/log.ts";
import type { MeasuredRound } from "../cli-needs.ts";
import { collectorRows, resultRows } from "../collector-table.ts";
import { colours } from "../colour.ts";
import { defineCommand } from "../command.ts";
import { loadForReading } from "../load-for-reading.ts";
import { isOn, textOf } from "../option-values.ts";
import { placesOf } from "../places.ts";
import { withProgress } from "../progress.ts";
import { configOption, homeOption, jsonOption } from "../shared-options.ts";
import { table } from "../table.ts";

export const command = defineCommand({
  name: "test",
  summary: "Measure everything once and print it, without starting the daemon.",
  options: [configOption, homeOption, jsonOption],
  examples: ["yagura test", "yagura test --config /etc/yagura/yagura.yaml --json"],
  async run(input, needs) {
    const { options } = input;
    const { loaded } = await loadForReading(input, needs);
    const places = placesOf({ home: textOf(options, "home"), environment: needs.environment });
    const round = await withProgress("measuring", needs.measure(loaded, places), needs.stderr);
    needs.stdout.write(isOn(options, "json") ? jsonText(round) : text(round, colours(needs)));
    return round.reports.some(({ state }) => state === "ERROR") ? 1 : 0;
  },
});

function jsonText({ reports, programs }: MeasuredRound): string {
  const collectors = reports.map(({ name, state, log, results }) => [
    name,
    { state, log, results: results ?? null },
  ]);
  return `${JSON.stringify({ collectors: Object.fromEntries(collectors), programs }, null, 2)}\n`;
}

function text({ reports, programs }: MeasuredRound, colour: ReturnType<typeof colours>): string {
  const found = reports.filter(({ results }) => results !== undefined);
  const parts = found.map(
    ({ name, results }) =>
      `${colour("bold", name)}\n${table(resultRows(results).map((row) => ["", ...row]))}`,
  );
  const said = programs.map(({ host, metrics }) => {
    const rows = metrics.map(({ name, value }) => ["", name, String(value)]);
    return `${colour("bold", `metric programs for ${printable(host) || "this host"}`)}\n${table(rows)}`;
  });
  const states = reports
    .filter(({ state }) => state !== "DISABLED")
    .map(({ tookMs, ...report }) => ({ ...report, took_ms: tookMs }));
  return [...parts, ...said, table(collectorRows(states))].join("\n");
}
