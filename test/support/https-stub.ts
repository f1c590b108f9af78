// A real HTTP or HTTPS server on a free loopback port, or on a unix socket, that keeps what it was asked.
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { buffer } from "node:stream/consumers";

interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Answer {
  readonly status: number;
  readonly body?: string;
  readonly headers?: Record<string, string>;
}

/** An answer, or one of the ways to give none. */
export type Reply = Answer | "hang" | "cut";

export interface TestServer {
  readonly port: number;
  readonly server: Server;
  readonly asked: Asked[];
  /** What is answered from now on. */
  reply(reply: Reply): void;
  stop(): Promise<void>;
}

export interface TestServerOptions {
  readonly tls?: { readonly cert: string; readonly key: string };
  readonly socketPath?: string;
  /** A free one unless given. */
  readonly port?: number;
}

export async function startServer({
  tls,
  socketPath,
  port = 0,
}: TestServerOptions = {}): Promise<TestServer> {
  const asked: Asked[] = [];
  let reply: Reply = { status: 200 };
  const answer = async (...[request, response]: Parameters<RequestListener>) => {
    const { method = "", url = "", headers } = request;
    asked.push({ method, url, headers, body: (await buffer(request)).toString("utf8") });
    if (reply === "hang") return;
    if (reply === "cut") return void response.destroy();
    response.writeHead(reply.status, reply.headers).end(reply.body);
  };
  const listener: RequestListener = (request, response) => void answer(request, response).catch(() => {});
  const server = tls === undefined ? createServer(listener) : createHttpsServer(tls, listener);
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => sockets.add(socket));
  if (socketPath === undefined) server.listen(port, "127.0.0.1");
  else server.listen(socketPath);
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    server,
    asked,
    reply(next) {
      reply = next;
    },
    async stop() {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
