// All functions of targets: a new one is an entry in the list of its family.
import type { SeriesFunction } from "../function.ts";
import { aliasFunctions } from "./alias.ts";
import { combineFunctions } from "./combine.ts";
import { combineListFunctions } from "./combine-lists.ts";
import { deltaFunctions } from "./delta.ts";
import { drawFunctions } from "./draw.ts";
import { fewerValuesFunctions } from "./fewer-values.ts";
import { filterFunctions } from "./filter.ts";
import { forecastFunctions } from "./forecast.ts";
import { gapFunctions } from "./gaps.ts";
import { groupFunctions } from "./group.ts";
import { lineFunctions } from "./lines.ts";
import { movingFunctions } from "./moving.ts";
import { percentFunctions } from "./percent.ts";
import { percentileFunctions } from "./percentile.ts";
import { shiftFunctions } from "./shift.ts";
import { sortFunctions } from "./sort.ts";
import { summarizeFunctions } from "./summarize.ts";
import { taggedFunctions } from "./tagged.ts";
import { transformFunctions } from "./transform.ts";

export const functions: readonly SeriesFunction[] = [
  ...aliasFunctions,
  ...combineFunctions,
  ...combineListFunctions,
  ...deltaFunctions,
  ...drawFunctions,
  ...fewerValuesFunctions,
  ...filterFunctions,
  ...forecastFunctions,
  ...gapFunctions,
  ...groupFunctions,
  ...lineFunctions,
  ...movingFunctions,
  ...percentFunctions,
  ...percentileFunctions,
  ...shiftFunctions,
  ...sortFunctions,
  ...summarizeFunctions,
  ...taggedFunctions,
  ...transformFunctions,
];

/** By the names that callers use, aliases among them. */
export const functionsByName: ReadonlyMap<string, SeriesFunction> = new Map(
  functions.flatMap((one) => [one.name, ...one.aliases].map((name) => [name, one] as const)),
);

export function functionNamed(name: string): SeriesFunction | undefined {
  return functionsByName.get(name);
}
