// `yagura packs list`: the packs of every level, and which one counts (contract opsbro §1.4).
import type { Pack } from "../../config/index.ts";
import { defineCommand } from "../command.ts";
import { isOn } from "../option-values.ts";
import { packListOptions, readPackSet, tellProblems } from "../pack-files.ts";
import { printJson } from "../print-json.ts";
import { table } from "../table.ts";

export const command = defineCommand({
  name: "packs list",
  summary: "List the packs of every level, and which one counts where a name stands on several.",
  options: packListOptions,
  examples: ["yagura packs list", "yagura packs list --home ~/.yagura --json"],
  async run(input, needs) {
    const set = await readPackSet(input, needs);
    tellProblems(set, needs);
    const packs = set.packs.toSorted((one, other) => (one.name < other.name ? -1 : 1));
    if (isOn(input.options, "json")) return printJson(packs.map(shown), needs);
    const rows = packs.map((pack) => [
      ...[pack.name, pack.level, stateOf(pack, packs), pack.facts.topics.join(", "), pack.directory],
    ]);
    needs.stdout.write(table([["PACK", "LEVEL", "STATE", "TOPICS", "DIRECTORY"], ...rows]));
    return 0;
  },
});

function stateOf({ name, winning, disabled }: Pack, packs: readonly Pack[]): string {
  if (disabled) return "disabled";
  const winner = packs.find((pack) => pack.name === name && pack.winning);
  return winning || winner === undefined ? "counts" : `hidden by ${winner.level}`;
}

function shown({ name, level, winning, disabled, directory, facts }: Pack) {
  return { name, level, winning, disabled, directory, ...facts };
}
