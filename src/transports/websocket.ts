// Websockets on the server's side: an upgraded connection that is only written to, as fast as it is read.
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { WebSocket, WebSocketServer } from "ws";
import type { Clock } from "../kernel/clock.ts";

export interface WebsocketNeeds {
  readonly clock: Pick<Clock, "after">;
}

export interface WebsocketClient {
  /** Aborted when the connection is gone. */
  readonly gone: AbortSignal;
  /** Bytes that are not on their way yet. */
  readonly bufferedBytes: number;
  send(text: string): void;
  /** Resolves when there is room again, or the client is gone. */
  drained(): Promise<void>;
  close(code: number, reason: string): void;
}

export interface Upgrader {
  /** Undefined: it was no proper request for a websocket, and was refused. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<WebsocketClient | undefined>;
  readonly clients: number;
  stop(): void;
}

/** What clients say is not read: a frame of more than this ends the connection. */
const clientFrameBytes = 1024;
const highWaterBytes = 256 * 1024;
const heartbeatMs = 30_000;
const pollMs = 20;

/** Loads the library: only who is asked for a websocket pays for it. */
export async function createUpgrader(needs: WebsocketNeeds): Promise<Upgrader> {
  const { WebSocketServer: Server } = await import("ws");
  const server: WebSocketServer = new Server({
    ...{ noServer: true, perMessageDeflate: false, maxPayload: clientFrameBytes, clientTracking: true },
  });
  return {
    get clients() {
      return server.clients.size;
    },
    upgrade: (request, socket, head) =>
      new Promise((resolve) => {
        socket.once("close", () => resolve(undefined));
        server.handleUpgrade(request, socket, head, (opened) => resolve(clientOf(opened, needs)));
      }),
    stop() {
      for (const client of server.clients) client.terminate();
      server.close();
    },
  };
}

function clientOf(socket: WebSocket, { clock }: WebsocketNeeds): WebsocketClient {
  const gone = new AbortController();
  let isAlive = true;
  const beat = () => {
    if (!isAlive) return socket.terminate();
    isAlive = false;
    socket.ping();
    timer = clock.after(heartbeatMs, beat);
  };
  let timer = clock.after(heartbeatMs, beat);
  socket.on("pong", () => {
    isAlive = true;
  });
  // Faults end the connection, and that is all that there is to know.
  socket.on("error", () => socket.terminate());
  socket.on("close", () => {
    timer.cancel();
    gone.abort();
  });
  return {
    gone: gone.signal,
    get bufferedBytes() {
      return socket.bufferedAmount;
    },
    send: (text) => socket.send(text, () => {}),
    async drained() {
      while (!gone.signal.aborted && socket.bufferedAmount > highWaterBytes)
        await new Promise<void>((resolve) => setTimeout(resolve, pollMs));
    },
    close: (code, reason) => socket.close(code, reason),
  };
}
