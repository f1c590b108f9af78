// The sockets that a library opens: it forgets those of peers that take a connection and then say nothing.
import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { Socket } from "node:net";

const running = new AsyncLocalStorage<object>();
const opened = "net.client.socket";

/** Does the work, and adds every socket that is opened in it. They alone do not keep the process alive. */
export async function collectingSockets<Value>(
  sockets: Set<Socket>,
  work: () => Promise<Value>,
): Promise<Value> {
  const mark = {};
  const onOpened = (message: unknown) => {
    if (running.getStore() !== mark) return;
    const { socket } = message as { readonly socket: Socket };
    socket.unref();
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  };
  subscribe(opened, onOpened);
  try {
    return await running.run(mark, work);
  } finally {
    unsubscribe(opened, onOpened);
  }
}
