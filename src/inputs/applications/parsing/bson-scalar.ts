// Values that BSON has and JSON has not, as a reading shows them.
import type { Leaf } from "../../collector.ts";
import { numberOf } from "./branches.ts";

/** Numbers, times and identifiers; undefined for other things, such as bytes. */
export function bsonScalar(value: object): Leaf | undefined {
  if (value instanceof Date) return timeOf(value.getTime());
  if (!("_bsontype" in value)) return undefined;
  switch (value._bsontype) {
    case "Long":
    case "Int32":
    case "Double":
    case "Decimal128":
      return numberOf(Number(String(value)));
    case "ObjectId":
      return String(value);
    case "Timestamp":
      return "t" in value && typeof value.t === "number" ? timeOf(value.t * 1000) : undefined;
    default:
      return undefined;
  }
}

function timeOf(ms: number): string | undefined {
  const time = new Date(ms);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}
