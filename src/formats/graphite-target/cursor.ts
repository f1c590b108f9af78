// A place in a target that is being read, and the fault that ends the reading.

/** Thrown inside this folder only: `parseTarget` answers with it. */
export class TargetFault extends Error {
  readonly at: number;

  constructor(at: number, reason: string) {
    super(reason);
    this.at = at;
  }
}

export interface Cursor {
  readonly text: string;
  at: number;
  /** Brackets that are open, and calls so far. */
  depth: number;
  calls: number;
}

export function skipBlanks(cursor: Cursor): void {
  while (isBlank(cursor.text[cursor.at])) cursor.at += 1;
}

export function isBlank(character: string | undefined): boolean {
  return character === " " || character === "\t" || character === "\n" || character === "\r";
}

/** Takes this character, after blanks, if it stands there. */
export function takes(cursor: Cursor, character: string): boolean {
  skipBlanks(cursor);
  if (cursor.text[cursor.at] !== character) return false;
  cursor.at += 1;
  return true;
}

export function demand(cursor: Cursor, character: string): void {
  if (!takes(cursor, character)) throw new TargetFault(cursor.at, `expected ${character}${found(cursor)}`);
}

/** `, found …` for a message, with what stands at the cursor. */
export function found({ text, at }: Cursor): string {
  const character = text.codePointAt(at);
  return character === undefined ? ", found the end" : `, found ${String.fromCodePoint(character)}`;
}
