// A request's body stays on the way until somebody wants it: what nobody reads would be taken apart and kept all the same.
import type { IncomingMessage } from "node:http";
import { startReading, stopReading } from "./reading-switch.ts";

const held = new WeakSet<IncomingMessage>();

/** Nothing more is read of a request with a body. */
export function holdBody(request: IncomingMessage): void {
  const { "content-length": length, "transfer-encoding": coding } = request.headers;
  if (coding === undefined && (length === undefined || length === "0")) return;
  held.add(request);
  stopReading(request.socket);
}

/** It is read on. */
export function releaseBody(request: IncomingMessage): void {
  if (held.delete(request)) startReading(request.socket);
}
