// The life of one listening server: opened with a clear fault, asked for its address, closed with patience.
import type { IncomingMessage, Server, ServerOptions, ServerResponse } from "node:http";
import type { AddressInfo, Server as NetServer, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { AgentError, reasonOf, systemCode } from "../kernel/errors.ts";
import { dropRest, keepReading } from "./reading-switch.ts";

export type HttpHandler = (request: IncomingMessage, response: ServerResponse) => void;

export interface RequestLimits {
  /** From the first byte to the last of a request's head. */
  readonly headDeadlineMs: number;
  /** From the first byte to the last of a whole request. */
  readonly requestDeadlineMs: number;
  /** How long an idle connection is kept. */
  readonly idleDeadlineMs: number;
}

/** How long the other side may take to read why its connection ends. */
const lingerMs = 2000;

/** How long requests under way may take to be answered when a server is closed. */
const closeLimitMs = 3000;

export function serverOptions(limits: RequestLimits): ServerOptions {
  return {
    headersTimeout: limits.headDeadlineMs,
    requestTimeout: limits.requestDeadlineMs,
    keepAliveTimeout: limits.idleDeadlineMs,
    connectionsCheckingInterval: 1000,
  };
}

/**
 * The runtime leaves out what stands behind the thousandth header, and says nothing of it: whoever asks through a proxy
 * could hide what the proxy adds. The bytes of a head are limited all the same.
 */
export function withAllHeaders<S extends Server>(server: S): S {
  server.maxHeadersCount = 0;
  return server;
}

/** `listen` starts it. Rejects with `listen.taken` or `listen.failed`; the fact `errno` is the system's code. */
export function listening(server: NetServer, listen: () => void, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error) => {
      const errno = systemCode(error) ?? "";
      const code = errno === "EADDRINUSE" ? "listen.taken" : "listen.failed";
      reject(new AgentError(code, { address, errno, reason: reasonOf(error), cause: error }));
    });
    server.once("listening", () => resolve());
    listen();
  });
}

/** `host:port`, IPv6 in brackets. */
export function addressOf(server: NetServer): string {
  const { address, port } = server.address() as AddressInfo;
  return `${formatHost(address)}:${port}`;
}

export function formatHost(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}

/** To what is no request, or took too long to become one. */
export function answerBadRequest(error: Error, socket: Duplex): void {
  if (systemCode(error) === "ECONNRESET" || !socket.writable) return void socket.destroy();
  const status = systemCode(error) === "ERR_HTTP_REQUEST_TIMEOUT" ? "408 Request Timeout" : "400 Bad Request";
  const head = "Content-Type: text/plain; charset=utf-8\r\nConnection: close";
  socket.end(`HTTP/1.1 ${status}\r\n${head}\r\n\r\n${status}\n`);
  // Its own half may stay open for good. What still comes is taken off the line: the other side would lose the answer.
  dropRest(socket as Socket);
  keepReading(socket as Socket);
  const timer = setTimeout(() => socket.destroy(), lingerMs).unref();
  socket.once("close", () => clearTimeout(timer));
}

/** The runtime knows a connection when its handshake is done; nobody would end those that never come to that. */
interface Connections {
  readonly all: Set<Socket>;
  /** Without a handshake so far, by the address of the other side. */
  readonly silent: Map<string, Socket>;
}

const connectionsOf = new WeakMap<Server, Connections>();

/** To be called before the server listens: `closeServer` then ends every connection. */
export function rememberConnections(server: Server): void {
  const all = new Set<Socket>();
  const silent = new Map<string, Socket>();
  connectionsOf.set(server, { all, silent });
  server.on("connection", (socket: Socket) => {
    const peer = peerOf(socket);
    all.add(socket);
    silent.set(peer, socket);
    socket.once("close", () => {
      all.delete(socket);
      if (silent.get(peer) === socket) silent.delete(peer);
    });
  });
  server.on("secureConnection", (socket: Socket) => silent.delete(peerOf(socket)));
}

const peerOf = ({ remoteAddress, remotePort }: Socket) => `${remoteAddress} ${remotePort}`;

/** Idle connections go at once; requests under way are answered, for a while. */
export async function closeServer(server: Server): Promise<void> {
  const { all, silent } = connectionsOf.get(server) ?? { all: [], silent: new Map<string, Socket>() };
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => {
      server.closeAllConnections();
      for (const socket of all) socket.destroy();
    }, closeLimitMs);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    for (const socket of silent.values()) socket.destroy();
    server.closeIdleConnections();
  });
}
