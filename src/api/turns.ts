// Requests of one connection are answered one after the other, with room for everyone else between two of them.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import { holdBody, releaseBody } from "../transports/held-body.ts";
import { startReading, stopReading } from "../transports/reading-switch.ts";

/** Requests that a connection may have sent ahead before it is read no further; what came in one part with them waits too. */
const aheadAtMost = 2;

interface Line {
  /** The one that is answered, and those behind it. */
  waiting: number;
  last: Promise<void>;
}

export interface Turns {
  /**
   * Runs when the answers before it on the same connection are on their way; never, where the connection has gone by
   * then. The body is not read before it is asked for. Never rejects unless `run` does.
   */
  take(request: IncomingMessage, response: ServerResponse, run: () => Promise<void>): Promise<void>;
}

export function createTurns(): Turns {
  const lines = new WeakMap<Socket, Line>();
  return {
    async take(request, response, run) {
      const { socket } = request;
      if (socket.destroyed) return;
      const line = lines.get(socket) ?? { waiting: 0, last: Promise.resolve() };
      lines.set(socket, line);
      const before = line.waiting === 0 ? undefined : line.last;
      line.waiting += 1;
      if (line.waiting === aheadAtMost + 1) stopReading(socket);
      holdBody(request);
      line.last = inTurn(before, socket, () => toItsEnd(response, run)).finally(() => {
        // What is left of a body ends the connection.
        if (request.complete) releaseBody(request);
        line.waiting -= 1;
        if (line.waiting === aheadAtMost) startReading(socket);
      });
      await line.last;
    },
  };
}

async function inTurn(
  before: Promise<void> | undefined,
  socket: Socket,
  run: () => Promise<void>,
): Promise<void> {
  if (before !== undefined) {
    await before;
    await nextTurn();
  }
  if (!socket.destroyed) await run();
}

/** An answer that nobody reads holds up the next one, which would take memory beside it. */
async function toItsEnd(response: ServerResponse, run: () => Promise<void>): Promise<void> {
  const closed = new Promise<void>((resolve) => void response.once("close", resolve));
  await run();
  await closed;
}
