// The first JSON value of some bytes, whatever follows it (contract happo §0: what follows the value is ignored).
import { JsonFault, parsed } from "./json-reader.ts";
import { scanJson } from "./json-scan.ts";

export type LeadingJson =
  | { readonly value: unknown }
  | { readonly fault: "no JSON" | "too many"; readonly error: string };

/**
 * Never throws, and quotes nothing. Brackets within brackets have a limit, and so have values where one is given. Empty
 * bytes are an error here; callers decide what they stand for.
 */
export function parseLeadingJson(bytes: Buffer, valuesLimit = Number.POSITIVE_INFINITY): LeadingJson {
  const { end, isTooDeep, marks } = scanJson(bytes);
  if (isTooDeep) return { fault: "no JSON", error: "too many brackets within brackets" };
  if (end === undefined) return { fault: "no JSON", error: "unexpected end" };
  if (marks > valuesLimit) return { fault: "too many", error: `more than ${valuesLimit} values` };
  try {
    return { value: parsed(bytes, 0, end) };
  } catch (thrown) {
    if (!(thrown instanceof JsonFault)) throw thrown;
    return { fault: "no JSON", error: thrown.message };
  }
}
