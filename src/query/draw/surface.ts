// What a chart is drawn on: pixels, or the text of a vector graphic.

/** Red, green, blue, 0 to 255. */
export type Colour = readonly [red: number, green: number, blue: number];

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Stroke {
  readonly colour: Colour;
  readonly width: number;
  /** 0 to 1. */
  readonly alpha?: number;
  /** Length of dashes in pixels; a whole line when absent. */
  readonly dash?: number;
}

export interface Fill {
  readonly colour: Colour;
  readonly alpha?: number;
}

export interface TextStyle {
  readonly colour: Colour;
  /** Pixels from the top of capitals to what hangs below the line. */
  readonly size: number;
  readonly align: "left" | "centre" | "right";
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Surface {
  readonly width: number;
  readonly height: number;
  /** Pixels that a text takes. */
  measure(text: string, size: number): number;
  fillBox(box: Box, fill: Fill): void;
  /** Lines that belong together, each through its points. */
  stroke(lines: readonly (readonly Point[])[], style: Stroke): Promise<void>;
  /** The area between two lines with points at the same `x`, which grow. */
  fillBetween(
    edges: { readonly upper: readonly Point[]; readonly lower: readonly Point[] },
    fill: Fill,
  ): Promise<void>;
  /** `at` is on the line that letters stand on. */
  write(text: string, at: Point, style: TextStyle): void;
  /** Draws what follows only within this box; everywhere when undefined. */
  clip(box: Box | undefined): void;
  finish(): Promise<{ readonly contentType: string; readonly body: string | Buffer }>;
}
