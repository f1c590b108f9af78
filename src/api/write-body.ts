// The body of an answer in parts, no faster than it is read: what is on its way to one who does not read is little.
import type { ServerResponse } from "node:http";
import { drained } from "./drained.ts";

const partBytes = 64 * 1024;

/** Resolves when all of it was taken over, or the reader is gone. The head has been written. */
export async function writeBody(response: ServerResponse, body: Buffer): Promise<void> {
  // HEAD has no body.
  if (body.length <= partBytes || response.req.method === "HEAD") return void response.end(body);
  for (let from = 0; from < body.length; from += partBytes) {
    if (response.destroyed || response.socket?.destroyed === true) return;
    if (!response.write(body.subarray(from, from + partBytes))) await drained(response);
  }
  response.end();
}
