// A bound on what arrives at the sockets that a piece of work opens, for drivers that have none of their own.
import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { Socket } from "node:net";

const running = new AsyncLocalStorage<object>();
const opened = "net.client.socket";

/** Does the work; a plain socket opened in it that gets more bytes than `limitBytes` is destroyed. */
export async function withBoundedSockets<Found>(
  limitBytes: number,
  work: () => Promise<Found>,
): Promise<Found> {
  const mark = {};
  const onOpened = (message: unknown) => {
    if (running.getStore() === mark) bound((message as { readonly socket: Socket }).socket, limitBytes);
  };
  subscribe(opened, onOpened);
  try {
    return await running.run(mark, work);
  } finally {
    unsubscribe(opened, onOpened);
  }
}

function bound(socket: Socket, limitBytes: number): void {
  let takenBytes = 0;
  socket.on("data", (chunk: Buffer) => {
    takenBytes += chunk.length;
    if (takenBytes > limitBytes) socket.destroy(new Error(`answer larger than ${limitBytes} bytes`));
  });
}
