// Lines of which it is known how wide they are, so that blocks can stand beside and below each other.

export interface TextLine {
  readonly columns: number;
  /** With colour. */
  readonly text: string;
}

export type TextBlock = readonly TextLine[];

const gapColumns = 2;

/** A line without colour; `paint` adds it, and nothing that takes room. */
export function textLine(text: string, paint: (text: string) => string = (plain) => plain): TextLine {
  return { columns: [...text].length, text: paint(text) };
}

/** The text on lines of at most so many columns, at blanks where there are any; what is beyond the last is left out. */
export function wrapped(text: string, columns: number, linesAtMost: number): string[] {
  const lines: string[] = [];
  let rest = [...text.trim()];
  while (rest.length > 0 && lines.length < linesAtMost) {
    const blank = rest.length <= columns ? -1 : rest.lastIndexOf(" ", columns);
    const end = blank > 0 ? blank : columns;
    lines.push(rest.slice(0, end).join("").trimEnd());
    rest = [...rest.slice(end).join("").trimStart()];
  }
  const last = lines.at(-1);
  if (rest.length > 0 && last !== undefined) lines[lines.length - 1] = cut(`${last}…`, columns);
  return lines;
}

/** At most so many columns; three dots of one column stand for the rest. */
export function cut(text: string, columns: number): string {
  const characters = [...text];
  if (characters.length <= columns) return text;
  return columns < 1 ? "" : `${characters.slice(0, columns - 1).join("")}…`;
}

/** Each as wide as given, with a gap between. */
export function beside(blocks: readonly TextBlock[], columns: number): TextBlock {
  const height = Math.max(0, ...blocks.map((block) => block.length));
  return Array.from({ length: height }, (_, row) => {
    const cells = blocks.map((block) => {
      const line = block[row] ?? { columns: 0, text: "" };
      return `${line.text}${" ".repeat(Math.max(0, columns - line.columns))}`;
    });
    return {
      columns: blocks.length * (columns + gapColumns) - gapColumns,
      text: cells.join(" ".repeat(gapColumns)),
    };
  });
}

/** With an empty line between. */
export function below(blocks: readonly TextBlock[]): TextBlock {
  const filled = blocks.filter((block) => block.length > 0);
  return filled.flatMap((block, number) => (number === 0 ? block : [textLine(""), ...block]));
}

/** Columns of each of so many blocks that stand beside each other. */
export function columnsOfEach(columns: number, count: number): number {
  return Math.floor((columns - gapColumns * (count - 1)) / count);
}
