// Compliances for people: a line each, their rules below, and what each rule found or did.
import { printable } from "../kernel/log.ts";
import type { Colour } from "./colour.ts";
import type { ComplianceReport } from "./older-answers.ts";
import { stateText } from "./state-text.ts";

const width = 12;

/** Lines with a newline each. */
export function complianceLines(
  { name, state, mode, enforced, pack_name, is_running, current_step, rules }: ComplianceReport,
  colour: (colour: Colour, text: string) => string,
): string {
  const how = mode === "enforcing" && !enforced ? "enforcing, but not allowed to act" : mode;
  const facts = [
    how,
    ...(pack_name === "" ? [] : [`pack ${pack_name}`]),
    ...(is_running ? [`looks at ${current_step}`] : []),
  ];
  const lines = [`${stateText(state, colour, width)}  ${colour("bold", printable(name))}`];
  lines[0] += `  (${facts.map(printable).join("; ")})`;
  for (const rule of rules) {
    const shown = rule.name === name ? rule.type : `${rule.name} (${rule.type})`;
    lines.push(`  ${stateText(rule.state, colour, width)}  ${printable(shown)}`);
    for (const { state: outcome, text } of rule.infos)
      for (const line of text.split(/\r?\n/))
        lines.push(`  ${" ".repeat(width)}    ${printable(outcome.toLowerCase())}: ${printable(line)}`);
  }
  return lines.map((line) => `${line}\n`).join("");
}
