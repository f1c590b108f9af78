// Connections that bring metrics: over TCP or a unix socket, so many at once, closed when they have been silent for long.
import { chmodSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import type { AddressList } from "./address-list.ts";
import { createShortage, keptFromInputs } from "./descriptors.ts";
import type { TcpUrl, UnixUrl } from "./listen-url.ts";
import { formatHost, listening } from "./listener.ts";
import { startReading, stopReading } from "./reading-switch.ts";
import { claimSocketPath, withPrivateFiles } from "./socket-path.ts";

export interface StreamSettings {
  readonly url: TcpUrl | UnixUrl;
  readonly maxConnections: number;
  /** A connection that brings nothing for so long is closed. */
  readonly idleMs: number;
  /** Who may connect over TCP; everybody when it is empty. */
  readonly allow: AddressList;
  /** Of a unix socket. */
  readonly mode: number;
  /** Asked after each piece that was taken: nothing is read from the connection before it resolves. */
  readonly pressure: () => Promise<void> | undefined;
}

/** What one connection brings. */
export interface StreamReader {
  /** False closes the connection. */
  data(chunk: Buffer): boolean;
  /** The peer has ended properly. */
  end(): void;
}

export interface StreamListener {
  /** `host:port`, or a path. */
  readonly address: string;
  readonly open: number;
  /** Connections that were closed at once: not allowed, or too many. */
  readonly denied: number;
  stop(): Promise<void>;
}

/** Rejects with `listen.taken` or `listen.failed`. */
export async function startStreamListener(
  settings: StreamSettings,
  serve: (peer: string) => StreamReader,
): Promise<StreamListener> {
  const sockets = new Set<Socket>();
  let denied = 0;
  const isShort = createShortage();
  const server = createServer((socket) => {
    const peer = socket.remoteAddress ?? "unix";
    socket.on("error", () => socket.destroy());
    const isFull = sockets.size >= settings.maxConnections || isShort(socket, keptFromInputs);
    if (isFull || !mayConnect(settings, peer)) {
      denied += 1;
      socket.destroy();
      return;
    }
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    attach(socket, serve(peer), settings);
  });
  await listen(server, settings);
  return {
    address: addressText(server),
    get open() {
      return sockets.size;
    },
    get denied() {
      return denied;
    },
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function mayConnect({ url, allow }: StreamSettings, peer: string): boolean {
  return url.protocol === "unix" || allow.isEmpty || allow.has(peer);
}

function attach(socket: Socket, reader: StreamReader, { idleMs, pressure }: StreamSettings): void {
  socket.setTimeout(idleMs, () => socket.destroy());
  socket.on("data", (chunk) => {
    if (!reader.data(chunk)) socket.destroy();
    letOthersRead(socket);
    const room = pressure();
    if (room === undefined) return;
    stopReading(socket);
    void room.then(() => startReading(socket));
  });
  socket.once("end", () => reader.end());
}

/** One piece of each connection between two looks at everything else: the runtime itself would read many megabytes of one. */
function letOthersRead(socket: Socket): void {
  stopReading(socket);
  setImmediate(() => startReading(socket));
}

async function listen(server: Server, { url, mode }: StreamSettings): Promise<void> {
  if (url.protocol === "tcp") {
    const address = `tcp://${formatHost(url.host)}:${url.port}`;
    await listening(server, () => server.listen({ host: url.host, port: url.port }), address);
    return;
  }
  await claimSocketPath(url.path);
  await listening(server, () => withPrivateFiles(() => server.listen(url.path)), url.path);
  chmodSync(url.path, mode);
}

function addressText(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === "string") return address ?? "";
  return `${formatHost(address.address)}:${address.port}`;
}
