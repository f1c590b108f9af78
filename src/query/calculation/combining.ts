// One series of many: each row of values side by side becomes one value.
import { type Aggregation, aggregation } from "../aggregation.ts";
import { type Rows, sideBySide } from "../consolidation.ts";
import type { Call } from "../function.ts";
import { newSeries, type Series } from "../series.ts";
import { pathsOf } from "./each.ts";

export interface Combination {
  /** As callers name it, with or without `Series`. */
  readonly name: string;
  readonly xFilesFactor?: number | undefined;
}

/** The series that an aggregation makes of a list, named `sumSeries(…)`; undefined for an empty list. */
export async function combined(
  list: readonly Series[],
  { name, xFilesFactor }: Combination,
  call: Call,
): Promise<Series | undefined> {
  const plain = name.endsWith("Series") ? name.slice(0, -"Series".length) : name;
  const unite = aggregation(name);
  const rows = await sideBySide(list, call.context.work);
  if (rows === undefined) return undefined;
  const least = xFilesFactor ?? call.context.xFilesFactor;
  const values = await eachRow(rows, call, withEnough(unite, least));
  const full = `${plain}Series(${pathsOf(list)})`;
  const { start, end, step } = rows;
  const tags = { ...{ name: full }, ...commonTags(list), aggregatedBy: plain };
  return newSeries({ name: full, start, end, step, values, tags, xFilesFactor: least });
}

function withEnough(unite: Aggregation, least: number): Aggregation {
  return (row) => {
    let present = 0;
    for (const value of row) if (!Number.isNaN(value)) present += 1;
    return present > 0 && present / row.length >= least ? unite(row) : Number.NaN;
  };
}

/** A value for each row; the row that is given is used again for the next. */
export async function eachRow(rows: Rows, call: Call, unite: Aggregation): Promise<Float64Array> {
  const { columns, length } = rows;
  const { work } = call.context;
  const values = work.room(length);
  const row = new Float64Array(columns.length);
  const pieceRows = Math.max(1, Math.floor(4096 / (columns.length + 1)));
  for (let place = 0; place < length; place += 1) {
    for (let column = 0; column < row.length; column += 1)
      row[column] = columns[column]?.[place] ?? Number.NaN;
    values[place] = unite(row);
    if (place % pieceRows === 0 && work.isDue) await work.breathe();
  }
  return values;
}

function commonTags(list: readonly Series[]): Record<string, string> {
  const [first, ...others] = list;
  const common = Object.entries(first?.tags ?? {}).filter(([tag, value]) =>
    others.every(({ tags }) => tags[tag] === value),
  );
  return Object.fromEntries(common);
}
