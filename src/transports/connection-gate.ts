// At most N connections at once over all listeners; further ones wait, unread, until one closes (contract happo §3.3).
import type { Socket } from "node:net";
import { BoundedQueue } from "../kernel/bounded-queue.ts";

export class ConnectionGate {
  readonly limit: number;
  readonly #waiting: BoundedQueue<() => void>;
  #open = 0;

  /** `limit` connections are served, and as many again may wait; those beyond are closed at once. */
  constructor(limit: number) {
    this.limit = limit;
    this.#waiting = new BoundedQueue(limit);
  }

  get open(): number {
    return this.#open;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Connections that were closed because too many waited already. */
  get refused(): number {
    return this.#waiting.refused;
  }

  /** Calls `serve` now or when there is a place. */
  pass(socket: Socket, serve: () => void): void {
    if (this.#open < this.limit) this.#serve(socket, serve);
    else if (!this.#waiting.offer(() => this.#serve(socket, serve))) socket.destroy();
  }

  #serve(socket: Socket, serve: () => void): void {
    this.#open += 1;
    socket.once("close", () => {
      this.#open -= 1;
      this.#waiting.take()?.();
    });
    serve();
  }
}
