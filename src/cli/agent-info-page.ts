// What an agent says of itself, for people (contract opsbro §12.3).
import { printable } from "../kernel/log.ts";
import type { CliNeeds } from "./cli-needs.ts";
import { colours } from "./colour.ts";
import type { AgentInfo } from "./older-answers.ts";
import { countText, stateText } from "./state-text.ts";
import { table } from "./table.ts";

const known: ReadonlySet<string> = new Set([...["collectors", "monitoring", "compliance", "logs", "groups"]]);

/** Sections with a title each. */
export function agentInfoPage(info: AgentInfo, withLogs: boolean, needs: CliNeeds): string {
  const colour = colours(needs);
  const section = (title: string, rows: readonly (readonly string[])[]) =>
    rows.length === 0 ? "" : `\n${colour("bold", title)}\n${table(rows.map((row) => ["", ...row]))}`;
  const { errors, warnings } = info.logs;
  const logLines = withLogs ? [...warnings.lines, ...errors.lines] : [];
  return [
    `${stateText(info.agent_state, colour)}\n${table(agentRows(info).map((row) => ["", ...row]))}`,
    section("collectors", collectorRows(info)),
    section("judging", [
      ["checks", numbersText(info.monitoring)],
      ["compliance", numbersText(info.compliance)],
    ]),
    section("parts", partRows(info)),
    section("log", [
      ["warnings", String(warnings.count)],
      ["errors", String(errors.count)],
    ]),
    ...logLines.map((line) => `  ${printable(line)}\n`),
  ].join("");
}

function agentRows(info: AgentInfo): string[][] {
  return [
    ["name", info.name],
    ["display name", info.display_name || "-"],
    ["uuid", info.uuid],
    ["groups", info.groups.join(", ") || "none"],
    ["version", info.version],
    ["process", String(info.pid)],
    ["local address", info.local_addr],
    ["public address", info.public_addr],
    ["zone", info.zone || "-"],
    ["hosting", info.hosting_driver],
    ["socket", info.socket],
    ["memory", `${(info.memory_consumption / 1024 / 1024).toFixed(1)} MiB`],
    ["processor", `${info.cpu_consumption} %`],
  ];
}

/** How many there are of each state, and what each that fails says. */
function collectorRows({ collectors }: AgentInfo): string[][] {
  const entries = Object.entries(collectors);
  const failing = entries.filter(([, { state }]) => state === "ERROR").map(([name, { log }]) => [name, log]);
  return [["states", countText(entries.map(([, { state }]) => state.toLowerCase()))], ...failing];
}

function numbersText(counts: Readonly<Record<string, number>>): string {
  const some = Object.entries(counts).filter(([, count]) => count > 0);
  return some.map(([state, count]) => `${count} ${state.toLowerCase()}`).join(", ") || "none";
}

/** Whatever parts tell of themselves, such as the websocket. */
function partRows(info: AgentInfo): string[][] {
  const parts = Object.entries(info).filter(
    ([name, value]) => !known.has(name) && typeof value === "object" && value !== null,
  );
  return parts.map(([name, value]) => [
    name,
    Object.entries(value as object)
      .map(([key, one]) => `${key} ${typeof one === "object" ? JSON.stringify(one) : String(one)}`)
      .join(", "),
  ]);
}
