// The rest of a body that is not wanted: taken off the line for a while, for whoever still sends loses an answer that
// ends the connection.
import type { IncomingMessage, ServerResponse } from "node:http";
import { releaseBody } from "../transports/held-body.ts";

const limitMs = 3000;
const limitBytes = 256 * 1024 * 1024;

/** Writes a short body, and ends the answer when the sender has sent all, has sent too much, or takes too long. */
export async function writeBeforeRest(response: ServerResponse, body: Buffer): Promise<void> {
  response.write(body);
  await restOf(response.req);
  response.end();
}

function restOf(request: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    let bytes = 0;
    const done = () => {
      clearTimeout(timer);
      request.off("data", count);
      resolve();
    };
    const count = (piece: Buffer) => {
      bytes += piece.length;
      if (bytes > limitBytes) done();
    };
    const timer = setTimeout(done, limitMs);
    for (const end of ["end", "close", "error"]) request.once(end, done);
    request.on("data", count);
    releaseBody(request);
    request.resume();
  });
}
