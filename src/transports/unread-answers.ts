// Whoever asks and never reads would keep his place for good: a connection that takes nothing of what waits for it ends.
import type { Socket } from "node:net";
import type { Clock } from "../kernel/clock.ts";

interface Taken {
  readonly bytes: number;
  readonly sinceMs: number;
}

export class UnreadAnswers {
  readonly #limitMs: number;
  readonly #clock: Pick<Clock, "monotonicMs">;
  readonly #sockets = new Map<Socket, Taken | undefined>();

  constructor(limitMs: number, clock: Pick<Clock, "monotonicMs">) {
    this.#limitMs = limitMs;
    this.#clock = clock;
  }

  /** Looks after it until it closes. */
  add(socket: Socket): void {
    this.#sockets.set(socket, undefined);
    socket.once("close", () => this.#sockets.delete(socket));
  }

  /** Ends those that have taken nothing for so long. To be called every now and then. */
  end(): void {
    const nowMs = this.#clock.monotonicMs();
    for (const [socket, before] of this.#sockets) {
      const bytes = socket.bytesWritten - socket.writableLength;
      if (socket.writableLength === 0) this.#sockets.set(socket, undefined);
      else if (before?.bytes !== bytes) this.#sockets.set(socket, { bytes, sinceMs: nowMs });
      else if (nowMs - before.sinceMs >= this.#limitMs) socket.destroy();
    }
  }
}
