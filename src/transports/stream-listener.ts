// Connections that bring metrics: over TCP or a unix socket, so many at once, closed when they have been silent for long.
import { chmodSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import type { Pace } from "../kernel/pace.ts";
import type { AddressList } from "./address-list.ts";
import { createShortage, keptFromInputs } from "./descriptors.ts";
import type { TcpUrl, UnixUrl } from "./listen-url.ts";
import { formatHost, listening } from "./listener.ts";
import { createFeedLine, type FeedLine, PacedFeed } from "./paced-feed.ts";
import { continueWith, goOn, halt, isStopped, startReading, stopReading } from "./reading-switch.ts";
import { claimSocketPath, withPrivateFiles } from "./socket-path.ts";

const partBytes = 8192;

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
  readonly pace: Pace;
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
  const line = createFeedLine(settings.pace);
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
    attach(socket, serve(peer), { settings, line });
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
      for (const feed of line.busy) feed.finish();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function mayConnect({ url, allow }: StreamSettings, peer: string): boolean {
  return url.protocol === "unix" || allow.isEmpty || allow.has(peer);
}

/** What was read is taken, also after the end of the connection. */
function attach(
  socket: Socket,
  reader: StreamReader,
  { settings, line }: { readonly settings: StreamSettings; readonly line: FeedLine },
): void {
  const { idleMs, pressure } = settings;
  let isRefused = false;
  const feed = new PacedFeed(
    {
      partBytes,
      give(bytes) {
        if (isRefused) return;
        isRefused = !reader.data(bytes);
        if (isRefused) socket.destroy();
        const room = pressure();
        if (room === undefined) return;
        stopReading(socket);
        void room.then(() => startReading(socket));
      },
      end: () => reader.end(),
      isOpen: () => !isStopped(socket),
      halt: () => halt(socket),
      goOn: () => goOn(socket),
    },
    line,
  );
  socket.setTimeout(idleMs, () => socket.destroy());
  continueWith(socket, () => feed.resume());
  socket.on("data", (chunk) => feed.take(chunk));
  socket.once("end", () => feed.end());
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
