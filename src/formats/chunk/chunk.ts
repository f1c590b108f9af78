// A chunk: the points of one series in one span of time, slots and one or more columns of values, in few bytes.
import { BitReader, DamagedBits } from "./bit-reader.ts";
import { BitWriter } from "./bit-writer.ts";
import { factorOf, scaleLimit, wholesOf } from "./decimal.ts";
import { getDoubles, putDoubles } from "./doubles.ts";
import { getIntegers, putIntegers } from "./integers.ts";

/*
 * Layout in bits: the number of points (sized), the slots as a column of whole numbers, then each column: three bits,
 * 0 to 6 for whole numbers at that scale, 7 for doubles.
 */
const doublesMark = scaleLimit + 1;
const pointLimit = 2 ** 20;

/** Points of a series. A slot is a place on the grid of a resolution, counted from wherever the owner likes. */
export interface Points {
  /** Whole numbers below 2^50; any order. */
  readonly slots: Float64Array;
  /** As long as `slots` each; finite. */
  readonly columns: readonly Float64Array[];
}

const writer = new BitWriter();
const reader = new BitReader();

/** The points, up to 2^20 of them, as bytes. Every double comes back bit by bit, -0 too. */
export function encodeChunk({ slots, columns }: Points): Uint8Array {
  writer.clear();
  writer.putSized(slots.length);
  if (slots.length > 0) {
    putIntegers(writer, slots);
    for (const column of columns) putColumn(column);
  }
  return writer.toBytes();
}

/** The points of a chunk with this many columns; undefined when the bytes are none. */
export function decodeChunk(bytes: Uint8Array, columnCount = 1): Points | undefined {
  try {
    return decode(bytes, columnCount);
  } catch (thrown) {
    if (thrown instanceof DamagedBits) return undefined;
    throw thrown;
  }
}

function decode(bytes: Uint8Array, columnCount: number): Points {
  reader.load(bytes);
  const count = reader.getSized();
  if (count > pointLimit) throw new DamagedBits("too many points");
  const empty = () => new Float64Array(0);
  const slots = count === 0 ? empty() : getIntegers(reader, count);
  const columns: Float64Array[] = [];
  while (columns.length < columnCount) columns.push(count === 0 ? empty() : getColumn(count));
  reader.check();
  return { slots, columns };
}

function putColumn(values: Float64Array): void {
  const decimal = wholesOf(values);
  writer.put(decimal?.scale ?? doublesMark, 3);
  if (decimal === undefined) putDoubles(writer, values);
  else putIntegers(writer, decimal.wholes);
}

function getColumn(count: number): Float64Array {
  const scale = reader.get(3);
  if (scale === doublesMark) return getDoubles(reader, count);
  const values = getIntegers(reader, count);
  const factor = factorOf(scale);
  if (factor === 1) return values;
  for (let place = 0; place < count; place += 1) values[place] = (values[place] as number) / factor;
  return values;
}
