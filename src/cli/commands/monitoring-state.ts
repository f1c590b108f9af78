// `yagura monitoring state`: services and checks of a node (contract opsbro §12.2).
import { printable } from "../../kernel/log.ts";
import { askAgent, clientOptions, shaped } from "../agent-client.ts";
import type { CliNeeds } from "../cli-needs.ts";
import { colours } from "../colour.ts";
import { defineCommand } from "../command.ts";
import type { MonitoringState } from "../older-answers.ts";
import { isOn } from "../option-values.ts";
import { printJson } from "../print-json.ts";
import { countText, stateText } from "../state-text.ts";

export const command = defineCommand({
  name: "monitoring state",
  summary: "Show the services and checks of this node, or of the one with that uuid.",
  arguments: "[node]",
  options: clientOptions,
  examples: ["yagura monitoring state", "yagura monitoring state --json"],
  async run(input, needs) {
    const [node] = input.words;
    const path = `/monitoring/state${node === undefined ? "" : `/${encodeURIComponent(node)}`}`;
    const answer = await askAgent(path, input, needs);
    const { monitoringState } = await import("../older-answers.ts");
    const state = shaped(monitoringState, answer);
    if (isOn(input.options, "json")) return printJson(answer.value, needs);
    needs.stdout.write(monitoringPage(state, needs));
    return 0;
  },
});

interface Row {
  readonly state: string;
  readonly name: string;
  readonly output: string;
}

/** Services, then checks by pack, then how many there are of each state. */
function monitoringPage({ services, checks }: MonitoringState, needs: CliNeeds): string {
  const colour = colours(needs);
  const serviceRows = Object.values(services).map(({ name, state }) => ({ name, state, output: "" }));
  const packs = new Map<string, Row[]>();
  for (const { pack_name: pack, display_name, id, ...check } of Object.values(checks)) {
    const name = display_name === "" ? id : display_name;
    packs.set(pack, [...(packs.get(pack) ?? []), { name, ...check }]);
  }
  const rows = [...serviceRows, ...[...packs.values()].flat()];
  const width = Math.max(0, ...rows.map(({ name }) => printable(name).length));
  const section = (title: string, own: readonly Row[]) =>
    `${colour("bold", printable(title))}\n${own.map((row) => rowLines(row, width, colour)).join("")}`;
  const parts = [
    ...(serviceRows.length === 0 ? [] : [section("services", serviceRows)]),
    ...[...packs].map(([pack, own]) => section(pack === "" ? "this host's own" : pack, own)),
  ];
  const states = Object.values(checks).map(({ state }) => state);
  const sum = states.length === 0 ? "no checks are at work" : `${states.length} checks: ${countText(states)}`;
  return `${parts.join("\n")}${parts.length === 0 ? "" : "\n"}${sum}\n`;
}

/** The first line of the output stands beside the name, the others below it. */
function rowLines({ state, name, output }: Row, width: number, colour: ReturnType<typeof colours>): string {
  const [first = "", ...others] = output.split(/\r?\n/).map(printable);
  const head = `  ${stateText(state, colour, 8)}  ${printable(name).padEnd(width)}  ${first}`;
  const indent = " ".repeat(width + 14);
  return [head, ...others.map((line) => `${indent}${line}`)].map((line) => `${line.trimEnd()}\n`).join("");
}
