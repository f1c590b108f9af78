// The leaves of a dashboard as lines: rings, bars, courses and texts; without a terminal in plain characters.
import { printable } from "../../kernel/log.ts";
import { sparkline } from "../chart.ts";
import { valueText } from "../collector-table.ts";
import type { Colour } from "../colour.ts";
import type { DashboardLeaf } from "./dashboard-answer.ts";
import { ring, ringColumns } from "./ring.ts";
import { cut, type TextBlock, type TextLine, textLine, wrapped } from "./text-block.ts";

export interface LeafCanvas {
  readonly columns: number;
  /** False: letters and signs only. */
  readonly isTerminal: boolean;
  readonly colour: (colour: Colour, text: string) => string;
  /** What the leaf has shown so far, the newest last. */
  readonly seen: readonly number[];
}

const barAtMost = 60;
const faultLines = 4;
const textLines = 20;

/** A title where there is one, then the value or why there is none. */
export function leafBlock(leaf: DashboardLeaf, canvas: LeafCanvas): TextBlock {
  const title = cut(printable(leaf.title), canvas.columns);
  const head = title === "" ? [] : [textLine(title, (text) => canvas.colour("bold", text))];
  return [...head, ...body(leaf, canvas)];
}

function body(leaf: DashboardLeaf, canvas: LeafCanvas): TextBlock {
  const { columns, colour } = canvas;
  if (leaf.fault !== "") {
    const lines = wrapped(`! ${printable(leaf.fault)}`, columns, faultLines);
    return lines.map((line) => textLine(line, (text) => colour("red", text)));
  }
  if (typeof leaf.value !== "number" || leaf.kind === "text") return texts(leaf, columns);
  const value = cut(withUnit(valueText(leaf.value), leaf.unit), columns);
  if (leaf.kind === "horizontal_chart") return [course(value, canvas)];
  const share = Math.min(1, Math.max(0, leaf.value / 100));
  const hasRoom = columns >= ringColumns + 2 + value.length;
  if (leaf.kind === "donut" && canvas.isTerminal && hasRoom) return donut(share, value, canvas);
  return [bar(share, value, canvas)];
}

function withUnit(text: string, unit: string): string {
  return unit === "" ? text : `${text} ${printable(unit)}`;
}

function texts({ value, unit }: DashboardLeaf, columns: number): TextBlock {
  const text = typeof value === "object" ? JSON.stringify(value) : valueText(value);
  const lines = withUnit(text, unit).split(/\r?\n/).slice(0, textLines);
  return lines.map((line) => textLine(cut(printable(line), columns)));
}

/** The value stands at the right of the ring's middle. */
function donut(share: number, value: string, { colour }: LeafCanvas): TextBlock {
  const lines = ring(share, colour);
  const middle = Math.floor(lines.length / 2);
  return lines.map((line, row) =>
    row === middle ? { columns: line.columns + 2 + [...value].length, text: `${line.text}  ${value}` } : line,
  );
}

function bar(share: number, value: string, { columns, isTerminal, colour }: LeafCanvas): TextLine {
  const length = Math.min(barAtMost, columns - value.length - 1 - (isTerminal ? 0 : 2));
  if (length < 4) return textLine(value);
  const full = Math.round(share * length);
  const [begin, done, rest, end] = isTerminal ? ["", "█", "░", ""] : ["[", "#", "-", "]"];
  const text = `${begin}${colour("green", done.repeat(full))}${colour("dim", rest.repeat(length - full))}${end}`;
  return { columns: length + begin.length + end.length + 1 + [...value].length, text: `${text} ${value}` };
}

/** A bar for each time that it was shown; a terminal shows it often. */
function course(value: string, { columns, isTerminal, colour, seen }: LeafCanvas): TextLine {
  const length = columns - value.length - 1;
  if (!isTerminal || length < 4) return textLine(value);
  const bars = sparkline(seen.slice(-length));
  return { columns: bars.length + 1 + [...value].length, text: `${colour("green", bars)} ${value}` };
}
