// A fake nsqd 1.3.0, HTTP and TCP, that can be killed, come back on the same ports, and misbehave.
import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import { httpSide } from "./http-side.ts";
import { createState, type Manners, type State } from "./state.ts";
import { tcpSide } from "./tcp-side.ts";

export interface FakeNsqd {
  readonly httpPort: number;
  readonly tcpPort: number;
  /** As a producer's configuration names it. */
  readonly http: string;
  readonly tcp: string;
  /** To be changed at any time. */
  readonly manners: Manners;
  readonly asked: string[];
  /** What was published to a topic, in order; kept over a restart. */
  messages(topic: string): readonly string[];
  topics(): readonly string[];
  /** All connections end without a word. */
  kill(): Promise<void>;
  /** On the same ports. */
  start(): Promise<void>;
}

/** Gone when the test that asked is over. */
export async function fakeNsqd(manners: Partial<Manners> = {}): Promise<FakeNsqd> {
  const state = createState();
  Object.assign(state.manners, manners);
  const ports = { http: 0, tcp: 0 };
  let stop = await start(state, ports);
  onTestFinished(() => stop());
  return {
    httpPort: ports.http,
    tcpPort: ports.tcp,
    http: `127.0.0.1:${ports.http}`,
    tcp: `nsq://127.0.0.1:${ports.tcp}`,
    manners: state.manners,
    asked: state.asked,
    messages: (topic) => state.topics.get(topic) ?? [],
    topics: () => [...state.topics.keys()],
    kill: () => stop(),
    async start() {
      stop = await start(state, ports);
    },
  };
}

async function start(state: State, ports: { http: number; tcp: number }): Promise<() => Promise<void>> {
  const sockets = new Set<Socket>();
  const http = createHttpServer(httpSide(state));
  const tcp = createServer(tcpSide(state));
  for (const server of [http, tcp])
    server.on("connection", (socket: Socket) => {
      sockets.add(socket);
      socket.once("close", () => sockets.delete(socket));
    });
  ports.http = await listen(http, ports.http);
  ports.tcp = await listen(tcp, ports.tcp);
  return async () => {
    if (!http.listening) return;
    const closed = Promise.all([once(http, "close"), once(tcp, "close")]);
    http.close();
    tcp.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}
