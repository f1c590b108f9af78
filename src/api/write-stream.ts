// An answer that goes on: written as it comes, no faster than it is read, until either side has had enough.

import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { dropRest, keepReading } from "../transports/reading-switch.ts";
import { drained } from "./drained.ts";
import type { StreamAnswer } from "./route.ts";

/** Connections that a stream has begun on: it is their last answer, and what was asked behind it gets none. */
const taken = new WeakSet<Socket>();

/** Resolves when the stream has ended, the reader is gone, or `signal` was aborted. */
export async function writeStream(
  response: ServerResponse,
  { status, stream, contentType, heartbeat }: StreamAnswer,
  signal: AbortSignal,
): Promise<void> {
  const ending = new AbortController();
  const end = () => ending.abort();
  const request = response.req;
  const { socket } = request;
  // Behind requests that came ahead it was read no further: nobody would see that the reader has gone.
  keepReading(socket);
  // A body that nobody asked for, and requests that get no answer, would be kept as they come.
  request.resume();
  if (request.complete) dropRest(socket);
  else request.once("end", () => dropRest(socket));
  const isLate = signal.aborted || socket.destroyed || taken.has(socket);
  taken.add(socket);
  response.once("close", end);
  signal.addEventListener("abort", end, { once: true });
  // An answer that waits for others before it is not told of the end of its connection.
  if (isLate) end();
  else socket.once("close", end);
  const headers = { "content-type": contentType, "cache-control": "no-store", connection: "close" };
  response.writeHead(status, headers);
  response.flushHeaders();
  const beat = () => {
    if (!response.writableNeedDrain) response.write(heartbeat?.text ?? "");
  };
  const beating = heartbeat && setInterval(beat, heartbeat.everyMs).unref();
  try {
    for await (const text of stream(ending.signal)) {
      if (ending.signal.aborted) break;
      if (!response.write(text)) await drained(response, ending.signal);
    }
  } finally {
    clearInterval(beating);
    signal.removeEventListener("abort", end);
    socket.off("close", end);
    response.end();
  }
}
