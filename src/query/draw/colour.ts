// Colours by name and number, and those that series have when nobody says which.
import type { Colour } from "./surface.ts";

const named: Readonly<Record<string, Colour>> = {
  black: [0, 0, 0],
  white: [255, 255, 255],
  gray: [175, 175, 175],
  grey: [175, 175, 175],
  darkgray: [111, 111, 111],
  darkgrey: [111, 111, 111],
  red: [214, 39, 40],
  darkred: [139, 0, 0],
  green: [44, 140, 60],
  darkgreen: [0, 90, 30],
  blue: [40, 90, 220],
  darkblue: [20, 30, 130],
  cyan: [0, 170, 190],
  aqua: [0, 150, 150],
  magenta: [200, 40, 190],
  purple: [130, 70, 190],
  violet: [150, 90, 210],
  pink: [230, 110, 160],
  rose: [200, 100, 100],
  orange: [240, 130, 20],
  gold: [200, 160, 20],
  yellow: [220, 190, 0],
  brown: [140, 90, 50],
};

/** Far apart in hue and in brightness, also for those who do not see red and green apart. */
const palette: readonly Colour[] = [
  [31, 107, 190],
  [226, 105, 18],
  [28, 146, 84],
  [196, 48, 62],
  [126, 87, 194],
  [140, 98, 57],
  [216, 90, 160],
  [84, 96, 110],
  [150, 150, 20],
  [14, 160, 180],
];

export function paletteColour(place: number): Colour {
  return palette[place % palette.length] ?? [0, 0, 0];
}

/** `red`, `RRGGBB`, `#rrggbb`, `rrggbbaa`; undefined when it is no colour. */
export function colourOf(text: string): Colour | undefined {
  const plain = text.trim().toLowerCase().replace(/^#/, "");
  if (Object.hasOwn(named, plain)) return named[plain];
  if (!/^([0-9a-f]{6}|[0-9a-f]{8})$/.test(plain)) return undefined;
  const part = (from: number) => Number.parseInt(plain.slice(from, from + 2), 16);
  return [part(0), part(2), part(4)];
}

/** So much of one, the rest of the other. */
export function mixed(one: Colour, other: Colour, share: number): Colour {
  const part = (place: 0 | 1 | 2) => Math.round(one[place] * share + other[place] * (1 - share));
  return [part(0), part(1), part(2)];
}

export function hexOf([red, green, blue]: Colour): string {
  const two = (part: number) => part.toString(16).padStart(2, "0");
  return `#${two(red)}${two(green)}${two(blue)}`;
}
