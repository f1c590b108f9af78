// A ring in Braille dots, of which a share is full: two dots across and four down in each character.
import type { Colour } from "../colour.ts";
import type { TextBlock } from "./text-block.ts";

const rows = 5;
const columns = rows * 2;
const radius = rows * 2;
const thickness = 4;

/** Bits of the dots of a character (Unicode, Braille Patterns). */
const dotBits = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
] as const;

/** Characters that it is wide. */
export const ringColumns = columns;

/** `share` from 0 to 1, clockwise from the top; of the rest only the rim is drawn. */
export function ring(share: number, colour: (colour: Colour, text: string) => string): TextBlock {
  return Array.from({ length: rows }, (_, row) => {
    const cells = Array.from({ length: columns }, (_cell, column) => cell(column, row, share));
    return { columns, text: painted(cells, colour) };
  });
}

interface Cell {
  readonly text: string;
  readonly isFull: boolean;
}

/** Neighbours of one colour are coloured at once. */
function painted(cells: readonly Cell[], colour: (colour: Colour, text: string) => string): string {
  const runs: { text: string; isFull: boolean }[] = [];
  for (const { text, isFull } of cells) {
    const last = runs.at(-1);
    if (last?.isFull === isFull) last.text += text;
    else runs.push({ text, isFull });
  }
  return runs.map(({ text, isFull }) => colour(isFull ? "green" : "dim", text)).join("");
}

function cell(column: number, row: number, share: number): Cell {
  const dots = dotBits.flatMap((ofColumn, x) =>
    ofColumn.map((bit, y) => ({ bit, ...dotAt(column * 2 + x, row * 4 + y) })),
  );
  const isFilled = ({ turn }: { turn: number }) => turn < share;
  const drawn = dots.filter((dot) => dot.isRim || (dot.isInside && isFilled(dot)));
  const bits = drawn.reduce((sum, { bit }) => sum | bit, 0);
  return { text: bits === 0 ? " " : String.fromCharCode(0x2800 + bits), isFull: drawn.some(isFilled) };
}

/** Where a dot lies: how far around from the top, from 0 to 1, and on which part of the ring. */
function dotAt(x: number, y: number): { turn: number; isInside: boolean; isRim: boolean } {
  const [right, down] = [x + 0.5 - radius, y + 0.5 - radius];
  const distance = Math.hypot(right, down);
  const turn = (Math.atan2(right, -down) / (2 * Math.PI) + 1) % 1;
  const isInside = distance <= radius && distance >= radius - thickness;
  return { turn, isInside, isRim: isInside && distance >= radius - 1 };
}
