// A request's body stays on the way until somebody wants it: what nobody reads would be taken apart and kept all the same.
import type { IncomingMessage } from "node:http";
import { startReading, stopReading } from "./reading-switch.ts";

/** On the request itself: a table of weak keys is looked through at each collection. */
const isHeld = Symbol("the body is held");

type Held = IncomingMessage & { [isHeld]?: boolean };

/** Nothing more is read of a request with a body. */
export function holdBody(request: IncomingMessage): void {
  const { "content-length": length, "transfer-encoding": coding } = request.headers;
  if (coding === undefined && (length === undefined || length === "0")) return;
  (request as Held)[isHeld] = true;
  stopReading(request.socket);
}

/** It is read on. */
export function releaseBody(request: IncomingMessage): void {
  if ((request as Held)[isHeld] !== true) return;
  (request as Held)[isHeld] = false;
  startReading(request.socket);
}
