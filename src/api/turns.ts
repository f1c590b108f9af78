// Requests of one connection are answered one after the other, with room for everyone else between two of them.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { holdBody, releaseBody } from "../transports/held-body.ts";
import { startReading, stopReading } from "../transports/reading-switch.ts";

/** Requests that a connection may have sent ahead before it is read no further; what came in one part with them waits too. */
const aheadAtMost = 2;

interface Turn {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly run: () => Promise<void>;
}

/** The first one is answered. */
type Line = Turn[];

export interface Turns {
  /**
   * Calls `run`, which must not reject, when the answers before it on the same connection are on their way; never, where
   * the connection has gone by then. The body is not read before it is asked for.
   */
  take(request: IncomingMessage, response: ServerResponse, run: () => Promise<void>): void;
}

export function createTurns(): Turns {
  const lines = new WeakMap<Socket, Line>();
  return {
    take(request, response, run) {
      const { socket } = request;
      if (socket.destroyed) return;
      const line = lines.get(socket) ?? [];
      if (line.push({ request, response, run }) === aheadAtMost + 1) stopReading(socket);
      holdBody(request);
      if (line.length > 1) return;
      lines.set(socket, line);
      begin(line, socket);
    },
  };
}

/** An answer that nobody reads holds up the next one, which would take memory beside it. */
function begin(line: Line, socket: Socket): void {
  const [turn] = line;
  if (turn === undefined) return;
  if (socket.destroyed) {
    line.length = 0;
    return;
  }
  let open = 2;
  const end = () => {
    open -= 1;
    if (open === 0) goOn(line, turn, socket);
  };
  turn.response.once("close", end);
  turn.run().then(end, end);
}

function goOn(line: Line, { request }: Turn, socket: Socket): void {
  // What is left of a body ends the connection.
  if (request.complete) releaseBody(request);
  line.shift();
  if (line.length === aheadAtMost) startReading(socket);
  if (line.length > 0) setImmediate(begin, line, socket);
}
