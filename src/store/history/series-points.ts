// Points of one series put in order: slots climb, and of two points in one slot the later one counts.
import type { Points } from "../../formats/chunk/chunk.ts";

/** The same points with climbing slots; the argument itself when it is in order already. */
export function inOrder(points: Points): Points {
  const { slots, columns } = points;
  if (climbs(slots)) return points;
  const places = Uint32Array.from(slots, (_, place) => place);
  places.sort((one, other) => (slots[one] as number) - (slots[other] as number) || one - other);
  const last = places.filter((place, at) => slots[place] !== slots[places[at + 1] ?? -1]);
  const pick = (values: Float64Array) => Float64Array.from(last, (place) => values[place] as number);
  return { slots: pick(slots), columns: columns.map(pick) };
}

/** Several pieces as one, in order; what comes in a later piece counts. */
export function merged(pieces: readonly Points[]): Points {
  const [only = { slots: new Float64Array(0), columns: [] }] = pieces;
  if (pieces.length <= 1) return inOrder(only);
  const columns = only.columns.map((_, column) => joined(pieces.map((piece) => piece.columns[column])));
  return inOrder({ slots: joined(pieces.map(({ slots }) => slots)), columns });
}

function climbs(slots: Float64Array): boolean {
  for (let place = 1; place < slots.length; place += 1) {
    if ((slots[place] as number) <= (slots[place - 1] as number)) return false;
  }
  return true;
}

function joined(parts: readonly (Float64Array | undefined)[]): Float64Array {
  const whole = new Float64Array(parts.reduce((sum, part) => sum + (part?.length ?? 0), 0));
  let length = 0;
  for (const part of parts) {
    whole.set(part ?? [], length);
    length += part?.length ?? 0;
  }
  return whole;
}
