// An answer that goes on: written as it comes, no faster than it is read, until either side has had enough.

import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { keepReading } from "../transports/reading-switch.ts";
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
  const { socket } = response.req;
  // Behind requests that came ahead it was read no further: nobody would see that the reader has gone.
  keepReading(socket);
  // A body that nobody asked for would be kept as it comes, byte by byte.
  response.req.resume();
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
