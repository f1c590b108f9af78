// An answer that goes on: written as it comes, no faster than it is read, until either side has had enough.
import type { ServerResponse } from "node:http";
import type { StreamAnswer } from "./route.ts";

/** Resolves when the stream has ended, the reader is gone, or `signal` was aborted. */
export async function writeStream(
  response: ServerResponse,
  { status, stream, contentType }: StreamAnswer,
  signal: AbortSignal,
): Promise<void> {
  const ending = new AbortController();
  const end = () => ending.abort();
  response.once("close", end);
  signal.addEventListener("abort", end, { once: true });
  if (signal.aborted) end();
  response.writeHead(status, { "content-type": contentType, "cache-control": "no-store" });
  response.flushHeaders();
  try {
    for await (const text of stream(ending.signal)) {
      if (ending.signal.aborted) break;
      if (!response.write(text)) await drained(response, ending.signal);
    }
  } finally {
    signal.removeEventListener("abort", end);
    response.end();
  }
}

function drained(response: ServerResponse, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      response.off("drain", done);
      signal.removeEventListener("abort", done);
      resolve();
    };
    response.once("drain", done);
    signal.addEventListener("abort", done, { once: true });
  });
}
