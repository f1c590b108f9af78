// A request's body as its route wants it: a JSON value or its fields, the fields of a form, or the bytes themselves, unpacked.
import type { IncomingMessage } from "node:http";
import { promisify } from "node:util";
import { gunzip, inflate } from "node:zlib";
import { AgentError, systemCode } from "../kernel/errors.ts";
import { GrowingBuffer } from "../kernel/growing-buffer.ts";
import type { Pace } from "../kernel/pace.ts";
import { releaseBody } from "../transports/held-body.ts";
import { startReading, stopReading } from "../transports/reading-switch.ts";
import { readFields } from "./body-fields.ts";
import type { BodyPlace, BodyRoom } from "./body-room.ts";
import { parseBody } from "./input.ts";

/** How a route reads a body. `fields` are those of a JSON object that may be large, see `BodyFields`. */
export type BodyForm = "json" | "form" | "bytes" | "fields";

export interface BodyWish {
  readonly form: BodyForm;
  /** Of `fields`: the keys that the route knows. */
  readonly fields: readonly string[];
  /** Who sends it, for whose share of the memory it counts. */
  readonly source: string;
  /** Where it is less than that of all bodies. */
  readonly limitBytes: number | undefined;
}

export interface BodyNeeds {
  readonly bodyLimitBytes: number;
  readonly pace: Pace;
  readonly bodyRoom: BodyRoom;
}

const unpackers = { gzip: promisify(gunzip), deflate: promisify(inflate) };
/** A byte stands for no more than so many (RFC 1951: a match of 258 bytes in two bits). */
const packedRatio = 1032;
/** JSON that is built whole, and forms. Metrics, which come in any number, are read by pieces. */
const wholeLimitBytes = 1024 * 1024;

/** A body and the room that it takes until `leave` is called. */
export interface TakenBody {
  readonly value: unknown;
  leave(): void;
}

/**
 * Throws `body.too-large`, `body.not-json` and `body.invalid`; rejects with the stream's own error when the sender
 * breaks off. A form is what stands in a query: `URLSearchParams`.
 */
export async function takeBody(
  request: IncomingMessage,
  { form, fields, source, limitBytes: ownLimit = Number.POSITIVE_INFINITY }: BodyWish,
  { bodyLimitBytes, ...needs }: BodyNeeds,
): Promise<TakenBody> {
  const isWhole = form === "json" || form === "form";
  const limitBytes = Math.min(ownLimit, bodyLimitBytes, isWhole ? wholeLimitBytes : bodyLimitBytes);
  const limit = limitBytes === bodyLimitBytes ? " (api.max_body)" : "";
  const place = needs.bodyRoom.enter(source);
  try {
    const packed = await readBytes(request, { limitBytes, limit, place });
    const bytes = await unpacked(packed, request.headers["content-encoding"], { limitBytes, limit, place });
    return { value: await inForm(bytes, form, { fields, pace: needs.pace }), leave: place.leave };
  } catch (thrown) {
    place.leave();
    throw thrown;
  }
}

async function inForm(
  bytes: Buffer,
  form: BodyForm,
  { fields, pace }: { readonly fields: readonly string[]; readonly pace: Pace },
): Promise<unknown> {
  if (form === "bytes") return bytes;
  if (form === "fields") return await readFields(bytes, fields, pace);
  return form === "json" ? parseBody(bytes) : new URLSearchParams(bytes.toString());
}

interface BodyLimit {
  readonly limitBytes: number;
  /** The key that sets it, for the refusal; empty where none does. */
  readonly limit: string;
  readonly place: BodyPlace;
}

/** Reads no faster than there is room. */
function readBytes(request: IncomingMessage, { limitBytes, limit, place }: BodyLimit): Promise<Buffer> {
  const refusal = () => new AgentError("body.too-large", { limitBytes, limit });
  if (Number(request.headers["content-length"] ?? 0) > limitBytes) return Promise.reject(refusal());
  const buffer = new GrowingBuffer();
  let isWaiting = false;
  /** Stops the sender until there is room for what has come already. */
  const waitForRoom = async (first: Promise<void>) => {
    isWaiting = true;
    stopReading(request.socket);
    for (let room: Promise<void> | undefined = first; room !== undefined; room = place.grow(buffer.length))
      await room;
    isWaiting = false;
    startReading(request.socket);
  };
  releaseBody(request);
  return new Promise((resolve, reject) => {
    request.on("data", (piece: Buffer) => {
      if (buffer.length + piece.length > limitBytes) {
        request.removeAllListeners("data");
        request.pause();
        return reject(refusal());
      }
      buffer.append(piece);
      const room = isWaiting ? undefined : place.grow(buffer.length);
      if (room !== undefined) void waitForRoom(room);
    });
    request.once("end", () => resolve(buffer.view));
    request.once("error", reject);
    request.once("close", () => request.complete || reject(new Error("the sender is gone")));
  });
}

/** Stops at the limit: a few bytes can stand for very many. */
async function unpacked(
  body: Buffer,
  encoding: string | undefined,
  { limitBytes, limit, place }: BodyLimit,
): Promise<Buffer> {
  if (encoding === undefined || encoding === "identity" || body.length === 0) return body;
  const unpack = encoding === "gzip" || encoding === "deflate" ? unpackers[encoding] : undefined;
  if (unpack === undefined)
    throw new AgentError("body.invalid", {
      reason: `content-encoding ${encoding.slice(0, 40)} is not known`,
    });
  const mostBytes = body.length + Math.min(limitBytes, body.length * packedRatio);
  for (let room = place.grow(mostBytes); room !== undefined; room = place.grow(mostBytes)) await room;
  try {
    const bytes = await unpack(body, { maxOutputLength: limitBytes });
    void place.grow(bytes.length);
    return bytes;
  } catch (thrown) {
    if (systemCode(thrown) === "ERR_BUFFER_TOO_LARGE")
      throw new AgentError("body.too-large", { limitBytes, limit, cause: thrown });
    throw new AgentError("body.invalid", { reason: `the body is not in ${encoding}`, cause: thrown });
  }
}
