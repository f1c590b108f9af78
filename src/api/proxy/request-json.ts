// What a caller may write as request_json, and what the next hop gets (contract happo §9.2).
import { JsonFault, type JsonReader } from "../../formats/json-reader.ts";
import { AgentError } from "../../kernel/errors.ts";
import type { Pace } from "../../kernel/pace.ts";
import { skip } from "../body-fields.ts";

/**
 * An object as it is written, base64 of JSON, or a text of JSON. Throws `body.invalid` for a text that is neither, and
 * `JsonFault`.
 */
export async function readInner(reader: JsonReader | undefined, pace: Pace): Promise<Buffer> {
  if (reader === undefined) return Buffer.alloc(0);
  if (reader.kind === "map") return await written(reader, pace);
  const value = reader.value();
  if (value === null) return Buffer.alloc(0);
  if (typeof value !== "string")
    throw new AgentError("body.invalid", { reason: "request_json: expected a text or an object" });
  // Each step over sixteen megabytes takes a while.
  if (pace.isDue) await pace.yield();
  const text = value.trim();
  if (text.startsWith("{") || text.startsWith("[")) return Buffer.from(text);
  const isBase64 = text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
  if (pace.isDue) await pace.yield();
  if (isBase64) return Buffer.from(text, "base64");
  throw new AgentError("body.invalid", { reason: "request_json: neither JSON nor base64 with padding" });
}

/** Not built and written again: it may be large. What is no JSON in it is the last hop's to say. */
async function written(reader: JsonReader, pace: Pace): Promise<Buffer> {
  const from = reader.offset;
  await skip(reader, pace);
  const bytes = reader.bytes(from, reader.offset);
  if (bytes.length === 0) throw new JsonFault("expected a value", { offset: from });
  return bytes;
}
