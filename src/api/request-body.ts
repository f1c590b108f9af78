// A request's body as its route wants it: a JSON value, the fields of a form, or the bytes themselves, unpacked.
import type { IncomingMessage } from "node:http";
import { promisify } from "node:util";
import { gunzip, inflate } from "node:zlib";
import { AgentError, systemCode } from "../kernel/errors.ts";
import { parseBody } from "./input.ts";

/** How a route reads a body. */
export type BodyForm = "json" | "form" | "bytes";

const unpackers = { gzip: promisify(gunzip), deflate: promisify(inflate) };

/**
 * Throws `body.too-large`, `body.not-json` and `body.invalid`; rejects with the stream's own error when the sender
 * breaks off. A form is what stands in a query: `URLSearchParams`.
 */
export async function readBody(
  request: IncomingMessage,
  form: BodyForm,
  limitBytes: number,
): Promise<unknown> {
  const packed = await readBytes(request, limitBytes);
  const body = await unpacked(packed, request.headers["content-encoding"], limitBytes);
  if (form === "bytes") return body;
  return form === "json" ? parseBody(body) : new URLSearchParams(body.toString());
}

async function readBytes(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let takenBytes = 0;
  const tooLarge = () => new AgentError("body.too-large", { limitBytes });
  if (Number(request.headers["content-length"] ?? 0) > limitBytes) throw tooLarge();
  for await (const chunk of request as AsyncIterable<Buffer>) {
    takenBytes += chunk.length;
    if (takenBytes > limitBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Stops at the limit: a few bytes can stand for very many. */
async function unpacked(body: Buffer, encoding: string | undefined, limitBytes: number): Promise<Buffer> {
  if (encoding === undefined || encoding === "identity" || body.length === 0) return body;
  const unpack = encoding === "gzip" || encoding === "deflate" ? unpackers[encoding] : undefined;
  if (unpack === undefined)
    throw new AgentError("body.invalid", {
      reason: `content-encoding ${encoding.slice(0, 40)} is not known`,
    });
  try {
    return await unpack(body, { maxOutputLength: limitBytes });
  } catch (thrown) {
    if (systemCode(thrown) === "ERR_BUFFER_TOO_LARGE")
      throw new AgentError("body.too-large", { limitBytes, cause: thrown });
    throw new AgentError("body.invalid", { reason: `the body is not in ${encoding}`, cause: thrown });
  }
}
