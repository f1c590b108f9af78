// Waiting until an answer's reader has taken what was written.
import type { ServerResponse } from "node:http";

/** Resolves too when the reader is gone, or `signal` is aborted. */
export function drained(response: ServerResponse, signal?: AbortSignal): Promise<void> {
  const { socket } = response.req;
  if (signal?.aborted === true || socket.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      response.off("drain", done);
      response.off("close", done);
      socket.off("close", done);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    response.once("drain", done);
    response.once("close", done);
    socket.once("close", done);
    signal?.addEventListener("abort", done, { once: true });
  });
}
