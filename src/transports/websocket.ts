// Websockets on the server's side: an upgraded connection that is only written to, as fast as it is read.
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { WebSocket, WebSocketServer } from "ws";
import type { Clock } from "../kernel/clock.ts";
import { startReading, stopReading } from "./reading-switch.ts";

export interface WebsocketNeeds {
  readonly clock: Pick<Clock, "after">;
}

export interface WebsocketClient {
  /** Aborted when the connection is gone. */
  readonly gone: AbortSignal;
  /** Bytes that are not on their way yet. */
  readonly bufferedBytes: number;
  /** True when it is better to wait before more is sent. */
  readonly isFull: boolean;
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
const farewellMs = 1000;
/** For everyone else, after each piece that a client sends: there is nothing that it needs to say in a hurry. */
const readPauseMs = 10;

/** Loads the library: only who is asked for a websocket pays for it. */
export async function createUpgrader(needs: WebsocketNeeds): Promise<Upgrader> {
  const { WebSocketServer: Server } = await import("ws");
  const frameOf = newestFrame();
  const server: WebSocketServer = new Server({
    ...{ noServer: true, perMessageDeflate: false, maxPayload: clientFrameBytes, clientTracking: true },
    autoPong: false,
  });
  return {
    get clients() {
      return server.clients.size;
    },
    upgrade: (request, socket, head) =>
      new Promise((resolve) => {
        socket.once("close", () => resolve(undefined));
        server.handleUpgrade(request, socket, head, (opened) => {
          resolve(clientOf({ opened, socket }, { ...needs, frameOf }));
        });
      }),
    stop() {
      for (const client of server.clients) client.terminate();
      server.close();
    },
  };
}

interface Connection {
  readonly opened: WebSocket;
  readonly socket: Duplex;
}

interface ClientNeeds extends WebsocketNeeds {
  readonly frameOf: (text: string) => Buffer;
}

function clientOf({ opened, socket }: Connection, { clock, frameOf }: ClientNeeds): WebsocketClient {
  const gone = new AbortController();
  let isAlive = true;
  const beat = () => {
    if (!isAlive) return opened.terminate();
    isAlive = false;
    opened.ping();
    timer = clock.after(heartbeatMs, beat);
  };
  let timer = clock.after(heartbeatMs, beat);
  opened.on("pong", () => {
    isAlive = true;
  });
  // Who pings and does not read gets no more answers than there is room for.
  opened.on("ping", (data) => {
    if (socket.writableLength <= highWaterBytes) opened.pong(data);
  });
  readSlowly(socket as Socket, clock);
  // Faults end the connection, and that is all that there is to know.
  opened.on("error", () => opened.terminate());
  opened.on("close", () => {
    timer.cancel();
    gone.abort();
  });
  return {
    gone: gone.signal,
    get bufferedBytes() {
      return socket.writableLength;
    },
    get isFull() {
      return socket.writableLength > highWaterBytes;
    },
    send(text) {
      if (opened.readyState === opened.OPEN) socket.write(frameOf(text));
    },
    async drained() {
      while (!gone.signal.aborted && socket.writableLength > highWaterBytes)
        await new Promise<void>((resolve) => clock.after(pollMs, resolve));
    },
    close(code, reason) {
      opened.close(code, reason);
      // Who does not answer the farewell is not waited for.
      const parting = setTimeout(() => opened.terminate(), farewellMs).unref();
      opened.once("close", () => clearTimeout(parting));
    },
  };
}

function readSlowly(socket: Socket, clock: Pick<Clock, "after">): void {
  socket.on("data", () => {
    stopReading(socket);
    clock.after(readPauseMs, () => startReading(socket));
  });
}

/**
 * The frame of a text, made once for all clients that are sent the same one (RFC 6455 §5.2: whole, a text, unmasked).
 * The library would make it anew for each; its own frames, such as pings, are whole too and go between ours.
 */
function newestFrame(): (text: string) => Buffer {
  let newest = "";
  let frame: Buffer = textFrame("");
  return (text) => {
    if (text !== newest) {
      newest = text;
      frame = textFrame(text);
    }
    return frame;
  };
}

const wholeText = 0x81;

function textFrame(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const headLength = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(headLength + length);
  frame[0] = wholeText;
  if (headLength === 2) frame[1] = length;
  else if (headLength === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.write(text, headLength);
  return frame;
}
