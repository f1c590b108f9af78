// A server on the loopback that does to every connection what a test says, and tells when they are gone.
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";

export interface OddServer {
  readonly port: number;
  /** Resolves when somebody connected. */
  readonly connected: Promise<void>;
  /** Resolves when nobody is connected any more. */
  readonly empty: () => Promise<void>;
}

/** Gone when the test that asked is over. */
export async function oddServer(manner: (socket: Socket) => void): Promise<OddServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.once("close", () => sockets.delete(socket));
    manner(socket);
  });
  server.listen(0, "127.0.0.1");
  const connected = once(server, "connection").then(() => {});
  await once(server, "listening");
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("no port");
  const empty = async () => {
    await Promise.all([...sockets].filter(({ closed }) => !closed).map((socket) => once(socket, "close")));
  };
  return { port: address.port, connected, empty };
}

/** Writes the same for ever, as fast as it is taken. */
export function endless(socket: Socket, chunk: Buffer): void {
  const more = () => {
    while (!socket.destroyed && socket.write(chunk));
  };
  socket.on("drain", more);
  more();
}
