// How a chart is to look, as a request says it; what makes no sense is passed over as in Graphite.
import type { RequestParams } from "../render/render-request.ts";
import { colourOf } from "./colour.ts";
import type { Colour } from "./surface.ts";

export type LineMode = "slope" | "staircase" | "connected";
export type AreaMode = "none" | "first" | "all" | "stacked";

export interface ChartOptions {
  readonly width: number;
  readonly height: number;
  readonly title: string;
  readonly background: Colour;
  readonly foreground: Colour;
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly lineMode: LineMode;
  readonly areaMode: AreaMode;
  readonly lineWidth: number | undefined;
  readonly hideLegend: boolean;
  readonly hideAxes: boolean;
  readonly hideGrid: boolean;
  /** `si`, `binary` or `none`. */
  readonly system: string;
  readonly colours: readonly Colour[];
}

const leastPixels = 40;
const mostPixels = 4000;
const areaLimit = 4_000_000;

export function chartOptions(params: RequestParams): ChartOptions {
  const width = sizeOf(params, "width", 600);
  const background = colourOf(params.get("bgcolor") ?? "") ?? [255, 255, 255];
  return {
    width,
    height: Math.min(sizeOf(params, "height", 330), Math.floor(areaLimit / width)),
    title: (params.get("title") ?? "").slice(0, 200),
    background,
    foreground:
      colourOf(params.get("fgcolor") ?? "") ?? (isDark(background) ? [225, 228, 232] : [40, 44, 52]),
    min: numberOf(params, "yMin") ?? numberOf(params, "min"),
    max: numberOf(params, "yMax") ?? numberOf(params, "max"),
    lineMode: oneOf(params, "lineMode", ["slope", "staircase", "connected"]),
    areaMode: oneOf(params, "areaMode", ["none", "first", "all", "stacked"]),
    lineWidth: lineWidthOf(params),
    hideLegend: isOn(params, "hideLegend"),
    hideAxes: isOn(params, "graphOnly") || isOn(params, "hideAxes"),
    hideGrid: isOn(params, "graphOnly") || isOn(params, "hideGrid"),
    system: oneOf(params, "yUnitSystem", ["si", "binary", "none"]),
    colours: (params.get("colorList") ?? "").split(",").flatMap((text) => {
      const colour = colourOf(text);
      return colour === undefined ? [] : [colour];
    }),
  };
}

function sizeOf(params: RequestParams, name: string, otherwise: number): number {
  const value = Math.round(numberOf(params, name) ?? otherwise);
  return Math.min(mostPixels, Math.max(leastPixels, value));
}

/** As far as the function `lineWidth` goes. */
function lineWidthOf(params: RequestParams): number | undefined {
  const width = numberOf(params, "lineWidth");
  return width === undefined ? undefined : Math.min(50, Math.max(0.1, width));
}

function numberOf(params: RequestParams, name: string): number | undefined {
  const text = params.get(name) ?? "";
  const value = text.trim() === "" ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : undefined;
}

function isOn(params: RequestParams, name: string): boolean {
  return ["1", "true"].includes((params.get(name) ?? "").toLowerCase());
}

function oneOf<const Word extends string>(
  params: RequestParams,
  name: string,
  words: readonly [Word, ...Word[]],
): Word {
  return words.find((word) => word === params.get(name)) ?? words[0];
}

function isDark([red, green, blue]: Colour): boolean {
  return red * 0.3 + green * 0.59 + blue * 0.11 < 128;
}
