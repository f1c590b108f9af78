// Pictures of text for dashboards: colours, a ring, a bar.
import { ExpressionError } from "../expression-error.ts";
import type { FunctionDefinition } from "../function-definition.ts";
import { wholeOf } from "../methods/text-methods.ts";
import { numberOf, type Value } from "../value.ts";
import { pythonText } from "../value-text.ts";
import { takeText } from "../work.ts";

const control = "\x1b[";

function colored(text: string, color: number): string {
  return `${control}38;5;${color}m${text}${control}0m`;
}

function colorize(value: Value | undefined, color: number): string {
  if (color >= 1 && color <= 64) return colored(pythonText(value ?? ""), color);
  throw new ExpressionError("a colour is a number from 1 to 64");
}

/** Green, yellow and red of the terminal, by how full something is. */
function levelColor(share: number): number {
  if (share >= 0.9) return 9;
  return share >= 0.7 ? 11 : 10;
}

const eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** Values above 1 are percents. */
function bar(value: number, width: number): string {
  const share = Math.min(Math.max(value > 1 ? value / 100 : value, 0), 1);
  const filled = Math.round(share * width * 8);
  const full = "█".repeat(Math.floor(filled / 8)) + (eighths[filled % 8] ?? "");
  return colored(full.padEnd(width), levelColor(share));
}

const ring = { width: 20, height: 10, inner: 0.55 } as const;

/** A ring that is filled clockwise from the top, with the percents in its middle. */
function donut(percent: number): string {
  const share = Math.min(Math.max(percent / 100, 0), 1);
  const label = `${Math.round(share * 100)}%`;
  const lines = Array.from({ length: ring.height }, (_, line) => ringLine(line, share));
  const middle = Math.floor(ring.height / 2);
  const start = Math.floor((ring.width - label.length) / 2);
  return lines
    .map((signs, line) =>
      (line === middle ? signs.toSpliced(start, label.length, ...label) : signs).join("").trimEnd(),
    )
    .map((line) => colored(line, levelColor(share)))
    .join("\n");
}

function ringLine(line: number, share: number): string[] {
  const y = (line + 0.5) / (ring.height / 2) - 1;
  return Array.from({ length: ring.width }, (_, column) => {
    const x = (column + 0.5) / (ring.width / 2) - 1;
    const radius = Math.hypot(x, y);
    if (radius > 1 || radius < ring.inner) return " ";
    const turn = (Math.atan2(x, -y) / (2 * Math.PI) + 1) % 1;
    return turn < share ? "█" : "░";
  });
}

function number(value: Value | undefined): number {
  const found = numberOf(value);
  if (found === undefined || !Number.isFinite(found)) throw new ExpressionError("a number is needed");
  return found;
}

export const displayFunctions: readonly FunctionDefinition[] = [
  {
    name: "colorize",
    group: "display",
    doc: "A text in one of the terminal's colours, 1 to 64.",
    parameters: [{ name: "string" }, { name: "color" }],
    call: ([text, color]) => colorize(text, wholeOf(color)),
  },
  {
    name: "get_donut",
    group: "display",
    doc: "A ring of signs that shows a value from 0 to 100.",
    parameters: [{ name: "value" }],
    call: ([value]) => donut(number(value)),
  },
  {
    name: "get_horizontal_bar",
    group: "display",
    doc: "A bar of signs that shows a value from 0 to 1; a larger one is taken for percents.",
    parameters: [{ name: "value" }, { name: "width", fallback: 80 }],
    call([value, width], _host, work) {
      const signs = Math.max(0, wholeOf(width));
      takeText(work, signs);
      return bar(number(value), signs);
    },
  },
];
