// `yagura history`: draws the values of a series over time.
import type { HistoryAnswer } from "../../api/contract/index.ts";
import { AgentError } from "../../kernel/errors.ts";
import { printable } from "../../kernel/log.ts";
import { askAgent, clientOptions, shaped } from "../agent-client.ts";
import { chart } from "../chart.ts";
import type { CliNeeds } from "../cli-needs.ts";
import { valueText } from "../collector-table.ts";
import { colours } from "../colour.ts";
import { type CommandInput, defineCommand } from "../command.ts";
import { isOn, textOf } from "../option-values.ts";

const rows = 12;
const labelColumns = 14;

export const command = defineCommand({
  name: "history",
  summary: "Draw the values of a series over time, or list the series.",
  arguments: "[series]",
  options: [
    ...clientOptions,
    {
      name: "last",
      kind: "text",
      value: "SPAN",
      default: "1h",
      help: "how far to look back, such as 10m, 6h or 7d",
    },
    {
      name: "step",
      kind: "text",
      value: "SPAN",
      help: "time between two points; as fine as the screen is wide when absent",
    },
    {
      name: "aggregate",
      kind: "text",
      value: "HOW",
      default: "avg",
      help: "avg, min, max, sum, count or last",
    },
  ],
  examples: ["yagura history", "yagura history cpustats.cpu_all.%idle --last 6h"],
  async run(input, needs) {
    const [series] = input.words;
    return series === undefined ? await list(input, needs) : await draw(series, input, needs);
  },
});

async function list(input: CommandInput, needs: CliNeeds): Promise<number> {
  const answer = await askAgent("/series", input, needs);
  const { seriesAnswer } = await import("../../api/contract/index.ts");
  const { series } = shaped(seriesAnswer, answer);
  if (isOn(input.options, "json")) needs.stdout.write(`${JSON.stringify(series, null, 2)}\n`);
  else for (const key of series) needs.stdout.write(`${printable(key)}\n`);
  return 0;
}

async function draw(series: string, input: CommandInput, needs: CliNeeds): Promise<number> {
  const { parseDuration } = await import("../../kernel/duration.ts");
  const lastMs = parseDuration(textOf(input.options, "last") ?? "");
  if (lastMs === undefined || lastMs === 0)
    throw new AgentError("usage.wrong", { reason: "--last is no duration such as 10m, 6h or 7d" });
  const columns = Math.max(20, (needs.stdout.columns ?? 80) - labelColumns);
  const step = textOf(input.options, "step") ?? `${Math.max(1, Math.ceil(lastMs / 1000 / (columns * 2)))}s`;
  const { historyAnswer } = await import("../../api/contract/index.ts");
  const from = `-${Math.ceil(lastMs / 1000)}s`;
  const ask = async (aggregate: string | undefined) => {
    const query = new URLSearchParams({ series, from, step, ...(aggregate && { aggregate }) });
    return shaped(historyAnswer, await askAgent(`/history?${query}`, input, needs));
  };
  const history = await ask(textOf(input.options, "aggregate"));
  if (isOn(input.options, "json")) {
    needs.stdout.write(`${JSON.stringify(history, null, 2)}\n`);
    return 0;
  }
  if (history.points.length === 0) {
    needs.stderr.write(`there are no values of ${series} in this time; yagura history lists the series\n`);
    return 1;
  }
  // What is drawn is put together already: its extremes are not those of the values.
  const [least, greatest] = [await ask("min"), await ask("max")].map(({ points }) =>
    points.map(([, value]) => value),
  );
  const extremes = { min: Math.min(...(least ?? [])), max: Math.max(...(greatest ?? [])) };
  needs.stdout.write(picture(history, { columns, lastMs, needs, extremes }));
  return 0;
}

interface Canvas {
  readonly columns: number;
  readonly lastMs: number;
  readonly needs: CliNeeds;
  /** Of all values of that time. */
  readonly extremes: { readonly min: number; readonly max: number };
}

function picture(history: HistoryAnswer, { columns, lastMs, needs, extremes }: Canvas): string {
  const colour = colours(needs);
  const to = Date.now() / 1000;
  const from = to - lastMs / 1000;
  const points = history.points.map(([time, value]) => ({ time, value }));
  // One point may be missing: beats are not always on time. More is a gap.
  const joined = 2.5 * history.step_seconds;
  const lines = chart(points, { columns, rows, from, to, joined, label: shortNumber });
  const indent = Math.max(0, (lines[0] ?? "").indexOf("┤"));
  const [begin, end] = [clockText(from, lastMs), clockText(to, lastMs)];
  const axis = `${" ".repeat(indent)}└${"─".repeat(columns)}`;
  const times = `${" ".repeat(indent + 1)}${begin}${end.padStart(Math.max(1, columns - begin.length))}`;
  const facts = [
    `last ${valueText(points.at(-1)?.value)}`,
    `min ${valueText(extremes.min)}`,
    `max ${valueText(extremes.max)}`,
    `${history.aggregate} of each ${history.step_seconds} s`,
  ].join("   ");
  return `${colour("bold", printable(history.series))}\n${lines.map((line) => `${line}\n`).join("")}${axis}\n${times}\n${facts}\n`;
}

const prefixes = ["", "k", "M", "G", "T", "P"];

/** At most seven characters. */
function shortNumber(value: number): string {
  const power = Math.min(5, Math.max(0, Math.floor(Math.log10(Math.abs(value) || 1) / 3)));
  return `${Number((value / 1000 ** power).toPrecision(4))}${prefixes[power] ?? ""}`;
}

/** Local time; the day as well when more than a day is shown. */
function clockText(seconds: number, spanMs: number): string {
  const time = new Date(seconds * 1000);
  const two = (part: number) => String(part).padStart(2, "0");
  const clock = `${two(time.getHours())}:${two(time.getMinutes())}`;
  return spanMs <= 86_400_000 ? clock : `${two(time.getMonth() + 1)}-${two(time.getDate())} ${clock}`;
}
