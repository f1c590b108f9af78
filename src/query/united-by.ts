// How functions put the values of longer times together, told to the history: it keeps least, greatest, sum and last
// value where it keeps no single ones, and the right one of them makes the answer the same at every distance.
import type { CallExpression } from "../formats/graphite-target/expression.ts";
import type { SeriesFunction } from "./function.ts";

/** How the history puts values together. */
export type UnitedBy = "avg" | "min" | "max" | "sum" | "last";

const words: ReadonlyMap<string, UnitedBy> = new Map([
  ["average", "avg"],
  ["avg", "avg"],
  ["sum", "sum"],
  ["total", "sum"],
  ["min", "min"],
  ["max", "max"],
  ["last", "last"],
  ["current", "last"],
]);

/** Functions of these groups change names, looks and order, and never a value. */
const lookAlone: ReadonlySet<string> = new Set(["Alias", "Graph", "Sorting"]);

/** For the arguments of a call that stands where `around` is wanted; undefined: as the series' own rule says. */
export function unitedBy(
  { unites, group, params }: SeriesFunction,
  { args, named }: CallExpression,
  around: UnitedBy | undefined,
): UnitedBy | undefined {
  if (unites === undefined) return lookAlone.has(group) ? around : undefined;
  const place = params.findIndex(({ name }) => name === unites);
  const given = named.find(({ name }) => name === unites)?.value ?? args[place];
  const word = given?.kind === "string" ? given.value : params[place]?.default;
  return typeof word === "string" ? words.get(word) : undefined;
}
