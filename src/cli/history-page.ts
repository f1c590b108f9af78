// Histories as the agent tells them: seconds, and what changed in each; a line for each change.
import type * as z from "zod";
import { askAgent, clientOptions, shaped } from "./agent-client.ts";
import type { CliNeeds } from "./cli-needs.ts";
import type { CommandInput, CommandOption } from "./command.ts";
import { integerOf, isOn } from "./option-values.ts";
import { printJson } from "./print-json.ts";
import { table } from "./table.ts";
import { timeText } from "./time-text.ts";
import { wrongUsage } from "./wrong-usage.ts";

const shownAtMost = 100;

export const historyOptions: readonly CommandOption[] = [
  ...clientOptions,
  {
    name: "limit",
    kind: "integer",
    help: `only the newest so many changes (${shownAtMost} when absent; with --json all)`,
  },
];

interface Second<Entry> {
  /** Unix seconds. */
  readonly date: number;
  readonly entries: readonly Entry[];
}

export interface HistoryPage<Entry> {
  readonly path: string;
  readonly schema: z.ZodType<readonly Second<Entry>[]>;
  /** Cells behind the time. */
  readonly cells: (entry: Entry) => readonly string[];
}

/** Oldest first. */
export async function printHistory<Entry>(
  { path, schema, cells }: HistoryPage<Entry>,
  input: CommandInput,
  needs: CliNeeds,
): Promise<number> {
  const limit = integerOf(input.options, "limit");
  if (limit !== undefined && limit <= 0) wrongUsage("--limit is no number above 0");
  const seconds = shaped(schema, await askAgent(path, input, needs));
  if (isOn(input.options, "json"))
    return printJson(limit === undefined ? seconds : newest(seconds, limit), needs);
  const shown = newest(seconds, limit ?? shownAtMost);
  if (shown.length === 0) needs.stderr.write("nothing has changed yet\n");
  const rows = shown.flatMap(({ date, entries }) =>
    entries.map((entry) => [timeText(date), ...cells(entry)]),
  );
  needs.stdout.write(table(rows));
  return 0;
}

function newest<Entry>(seconds: readonly Second<Entry>[], limit: number): Second<Entry>[] {
  let left = limit;
  const kept: Second<Entry>[] = [];
  for (const { date, entries } of seconds.toReversed()) {
    if (left <= 0) break;
    kept.unshift({ date, entries: entries.slice(-left) });
    left -= entries.length;
  }
  return kept;
}

/** `OLD → NEW`. */
export function changeText(from: string, to: string): string {
  return `${from} → ${to}`;
}
