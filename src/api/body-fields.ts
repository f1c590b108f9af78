// A large JSON body by its top-level fields: which there are and where they stand, without building what they hold.
import { JsonFault, JsonReader } from "../formats/json-reader.ts";
import { JsonScan } from "../formats/json-scan.ts";
import { AgentError } from "../kernel/errors.ts";
import type { Pace } from "../kernel/pace.ts";

/** A reader for each field that the route knows, at the field's value. */
export interface BodyFields {
  get(name: string): JsonReader | undefined;
  /** The value of a short field, whole; undefined where there is none. Throws `body.invalid` for a long one. */
  value(name: string): unknown;
}

/** Bytes that are looked at before it is seen whether others wait. */
const pieceBytes = 128 * 1024;
/** A field that is read whole. */
const wholeFieldBytes = 256 * 1024;

/** `known` are the route's keys, in lower case unless they are older ones. Throws `body.not-json` and `body.invalid`. */
export async function readFields(bytes: Buffer, known: readonly string[], pace: Pace): Promise<BodyFields> {
  return await withFaults(async () => {
    const places = bytes.length === 0 ? new Map<string, JsonReader>() : await placesOf(bytes, known, pace);
    return {
      get: (name) => places.get(name)?.from(places.get(name)?.offset ?? 0),
      value: (name) => valueAt(places.get(name), name),
    };
  });
}

/** What is no JSON becomes the caller's fault. */
export async function withFaults<Value>(read: () => Promise<Value>): Promise<Value> {
  try {
    return await read();
  } catch (thrown) {
    if (!(thrown instanceof JsonFault)) throw thrown;
    throw new AgentError("body.not-json", { reason: thrown.message, cause: thrown });
  }
}

async function placesOf(
  bytes: Buffer,
  known: readonly string[],
  pace: Pace,
): Promise<Map<string, JsonReader>> {
  const reader = new JsonReader(bytes, 0, await endOfFirstValue(bytes, pace));
  if (reader.kind !== "map")
    throw new AgentError("body.invalid", { reason: "the body must be a JSON object" });
  const places = new Map<string, JsonReader>();
  const exact = new Set<string>();
  const next = reader.enter("map");
  while (next()) {
    const key = reader.key();
    const name = nameOf(key, known);
    // A key in the right case wins, and of several the last one, as the runtime's own reader has it.
    if (name !== undefined && (key === name || !exact.has(name)))
      places.set(name, reader.from(reader.offset));
    if (name === key) exact.add(name);
    await skip(reader, pace);
    if (pace.isDue) await pace.yield();
  }
  return places;
}

/** Keys are known in any case, as the original's JSON reader has it (contract happo §0). */
export function nameOf(key: string, known: readonly string[]): string | undefined {
  return known.includes(key) ? key : known.find((one) => one === key.toLowerCase());
}

/** Passes over a value of any length. */
export async function skip(reader: JsonReader, pace: Pace): Promise<void> {
  const scan = reader.scan();
  while (!scan.run(pieceBytes)) if (pace.isDue) await pace.yield();
}

/** Whatever follows the first value counts for nothing (contract happo §0). */
async function endOfFirstValue(bytes: Buffer, pace: Pace): Promise<number> {
  const scan = new JsonScan(bytes);
  for (; scan.extent === undefined; scan.run(pieceBytes)) if (pace.isDue) await pace.yield();
  const { end, isTooDeep } = scan.extent;
  if (end !== undefined) return end;
  throw new JsonFault(isTooDeep ? "too many brackets within brackets" : "unexpected end", {
    offset: bytes.length,
  });
}

function valueAt(reader: JsonReader | undefined, name: string): unknown {
  if (reader === undefined) return undefined;
  const here = reader.from(reader.offset);
  if (!here.fits(wholeFieldBytes))
    throw new AgentError("body.invalid", { reason: `${name}: more than ${wholeFieldBytes} bytes` });
  return here.value();
}
