// A column of whole numbers in few bits: differences from what was expected, in the cheapest of several ways.
import { type BitReader, DamagedBits } from "./bit-reader.ts";
import { BitWriter } from "./bit-writer.ts";
import { getRice, putRice, type RiceState } from "./rice.ts";
import { createScratch } from "./scratch.ts";

/*
 * A column is a way, two numbers (sized, zigzag) and a residual for each value; `first` and `step` are medians or
 * the values themselves:
 *   level   v[i] - step                                    noise around a level
 *   slope   v[i] - v[i-1] - step, v[-1] = first            counters, slots, anything that wanders
 *   bend    slope of slopes: v[i] - 2 v[i-1] + v[i-2]      what speeds up and slows down
 * The residuals follow one by one, or sparse: a run of zeros, one that is none, a run of zeros, and so on. An exact
 * slope has none at all: the constants and the slots of most series.
 */
const ways = ["level", "slope", "bend"] as const;
type Way = (typeof ways)[number];

interface Form {
  readonly way: Way;
  readonly sparse: boolean;
}

const forms: readonly Form[] = ways.flatMap((way) => [
  { way, sparse: true },
  { way, sparse: false },
]);

/** The number of the form that comes after those: an exact slope. */
const exact = forms.length;

const trial = new BitWriter();
const scratchOf = {
  level: createScratch(),
  slope: createScratch(),
  bend: createScratch(),
  sorted: createScratch(),
};

/** Writes whole numbers below 2^50, at least one. The reader has to know how many. */
export function putIntegers(writer: BitWriter, values: Float64Array): void {
  const slope = residualsOf(values, "slope");
  if (slope.of.every((residual) => residual === 0)) {
    putStart(writer, exact, slope);
    return;
  }
  const tried = { level: residualsOf(values, "level"), slope, bend: residualsOf(values, "bend") };
  const best = cheapest(tried);
  putStart(writer, forms.indexOf(best), tried[best.way]);
  putResiduals(writer, tried[best.way].of, best.sparse);
}

function cheapest(tried: Record<Way, Residuals>): Form {
  let best: Form = { way: "slope", sparse: false };
  let bestBits = Number.POSITIVE_INFINITY;
  for (const form of forms) {
    trial.clear();
    putResiduals(trial, tried[form.way].of, form.sparse);
    if (trial.bits >= bestBits) continue;
    best = form;
    bestBits = trial.bits;
  }
  return best;
}

function putStart(writer: BitWriter, form: number, { first, step }: Residuals): void {
  writer.put(form, 3);
  writer.putSized(zigzag(first));
  writer.putSized(zigzag(step));
}

/** Reads `count` numbers. Throws DamagedBits. */
export function getIntegers(reader: BitReader, count: number): Float64Array {
  const number = reader.get(3);
  if (number > exact) throw new DamagedBits("an unknown form");
  const form = forms[number];
  const first = unzigzag(reader.getSized());
  const step = unzigzag(reader.getSized());
  const values = new Float64Array(count);
  if (form?.sparse === true) getSparse(reader, values);
  if (form?.sparse === false) getPlain(reader, values);
  reader.check();
  restore(values, form?.way ?? "slope", { first, step });
  return values;
}

interface Residuals {
  readonly first: number;
  readonly step: number;
  readonly of: Float64Array;
}

function residualsOf(values: Float64Array, way: Way): Residuals {
  const of = scratchOf[way](values.length);
  of.set(values);
  if (way === "level") {
    const step = median(values);
    subtract(of, step);
    return { first: 0, step, of };
  }
  const first = values[0] ?? 0;
  differences(of);
  const step = way === "slope" ? median(of.subarray(1)) : (of[1] ?? 0);
  // The first value has no slope of its own: it takes the expected one, so that its residual is nothing.
  of[0] = step;
  if (way === "slope") subtract(of, step);
  else {
    differences(of);
    of[0] = 0;
  }
  return { first, step, of };
}

/** Each but the first becomes what it is more than the one before. */
function differences(numbers: Float64Array): void {
  for (let place = numbers.length - 1; place > 0; place -= 1) {
    numbers[place] = (numbers[place] as number) - (numbers[place - 1] as number);
  }
}

function subtract(numbers: Float64Array, amount: number): void {
  for (let place = 0; place < numbers.length; place += 1)
    numbers[place] = (numbers[place] as number) - amount;
}

function restore(values: Float64Array, way: Way, { first, step }: { first: number; step: number }): void {
  if (way === "level") {
    for (let place = 0; place < values.length; place += 1) values[place] = (values[place] as number) + step;
    return;
  }
  const bend = way === "bend" ? 1 : 0;
  let slope = step;
  let value = first - step;
  for (let place = 0; place < values.length; place += 1) {
    const residual = values[place] as number;
    value += slope + residual;
    slope += residual * bend;
    values[place] = value;
  }
}

function putResiduals(writer: BitWriter, residuals: Float64Array, sparse: boolean): void {
  const state: RiceState = { mean: 0 };
  if (!sparse) {
    for (const residual of residuals) putRice(writer, state, zigzag(residual));
    return;
  }
  const runs: RiceState = { mean: 0 };
  let zeros = 0;
  for (const residual of residuals) {
    if (residual === 0) {
      zeros += 1;
      continue;
    }
    putRice(writer, runs, zeros);
    putRice(writer, state, zigzag(residual) - 1);
    zeros = 0;
  }
  if (zeros > 0) putRice(writer, runs, zeros);
}

function getPlain(reader: BitReader, values: Float64Array): void {
  const state: RiceState = { mean: 0 };
  for (let place = 0; place < values.length; place += 1) values[place] = unzigzag(getRice(reader, state));
}

function getSparse(reader: BitReader, values: Float64Array): void {
  const state: RiceState = { mean: 0 };
  const runs: RiceState = { mean: 0 };
  for (let place = 0; place < values.length; place += 1) {
    place += getRice(reader, runs);
    if (place < values.length) values[place] = unzigzag(getRice(reader, state) + 1);
  }
}

/** 0, -1, 1, -2, … as 0, 1, 2, 3, … */
function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}

function unzigzag(code: number): number {
  return code % 2 === 0 ? code / 2 : -(code + 1) / 2;
}

function median(values: Float64Array): number {
  if (values.length === 0) return 0;
  const sorted = scratchOf.sorted(values.length);
  sorted.set(values);
  return sorted.sort()[values.length >> 1] as number;
}
