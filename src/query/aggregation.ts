// Many values to one: the aggregations that functions name.
import { refusal, shown } from "./fault.ts";

/** NaN among the values is no value; NaN is answered when there is nothing to say. */
export type Aggregation = (values: Float64Array) => number;

const none = Number.NaN;

function countOf(values: Float64Array): number {
  let count = 0;
  for (const value of values) if (!Number.isNaN(value)) count += 1;
  return count;
}

function sumOf(values: Float64Array): number {
  let sum = 0;
  let count = 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    sum += value;
    count += 1;
  }
  return count === 0 ? none : sum;
}

function averageOf(values: Float64Array): number {
  let sum = 0;
  let count = 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    sum += value;
    count += 1;
  }
  return count === 0 ? none : sum / count;
}

function averageWithZeros(values: Float64Array): number {
  if (values.length === 0) return none;
  const sum = sumOf(values);
  return (!Number.isNaN(sum) ? sum : 0) / values.length;
}

function minOf(values: Float64Array): number {
  let least = none;
  for (const value of values) if (!Number.isNaN(value) && !(least <= value)) least = value;
  return least;
}

function maxOf(values: Float64Array): number {
  let most = none;
  for (const value of values) if (!Number.isNaN(value) && !(most >= value)) most = value;
  return most;
}

function firstOf(values: Float64Array): number {
  for (const value of values) if (!Number.isNaN(value)) return value;
  return none;
}

function lastOf(values: Float64Array): number {
  for (let place = values.length - 1; place >= 0; place -= 1) {
    const value = values[place] ?? none;
    if (!Number.isNaN(value)) return value;
  }
  return none;
}

function diffOf(values: Float64Array): number {
  let result = none;
  for (const value of values) {
    if (!Number.isNaN(value)) result = !Number.isNaN(result) ? result - value : value;
  }
  return result;
}

/** None where one of the values is none. */
function productOf(values: Float64Array): number {
  let product = values.length === 0 ? none : 1;
  for (const value of values) product *= value;
  return product;
}

function medianOf(values: Float64Array): number {
  const sorted = present(values).sort();
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? none;
  return sorted.length % 2 === 0 ? ((sorted[middle - 1] ?? none) + upper) / 2 : upper;
}

function deviationOf(values: Float64Array): number {
  const average = averageOf(values);
  let sum = 0;
  for (const value of values) if (!Number.isNaN(value)) sum += (value - average) * (value - average);
  return !Number.isNaN(average) ? Math.sqrt(sum / countOf(values)) : none;
}

/** The values without the missing ones. */
export function present(values: Float64Array): Float64Array {
  return values.filter((value) => !Number.isNaN(value));
}

export const aggregations: Readonly<Record<string, Aggregation>> = {
  average: averageOf,
  avg_zero: averageWithZeros,
  median: medianOf,
  sum: sumOf,
  min: minOf,
  max: maxOf,
  diff: diffOf,
  stddev: deviationOf,
  count: countOf,
  range: (values) => maxOf(values) - minOf(values),
  multiply: productOf,
  last: lastOf,
  rangeOf: (values) => maxOf(values) - minOf(values),
  avg: averageOf,
  total: sumOf,
  current: lastOf,
};

/** How several values of a series become one (`consolidateBy`). */
export const consolidations: Readonly<Record<string, Aggregation>> = {
  sum: sumOf,
  average: averageOf,
  avg: averageOf,
  avg_zero: averageWithZeros,
  max: maxOf,
  min: minOf,
  first: firstOf,
  last: lastOf,
};

/** By its name, with or without `Series` behind it. */
export function aggregation(name: string): Aggregation {
  const plain = name.endsWith("Series") ? name.slice(0, -"Series".length) : name;
  const found = Object.hasOwn(aggregations, plain) ? aggregations[plain] : undefined;
  if (found === undefined) throw refusal(`there is no aggregation ${shown(name)}`);
  return found;
}
