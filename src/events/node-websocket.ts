// The older system's websocket: this node as it is, to every client, whenever its groups or checks changed (contract opsbro §9.5).
import { createServer, type Server } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Context, Running } from "../kernel/module.ts";
import { AddressList, isOwnHost, plainAddress } from "../transports/address-list.ts";
import { createShortage, keptFromInputs } from "../transports/descriptors.ts";
import { addressOf, formatHost, listening } from "../transports/listener.ts";
import { servePaced } from "../transports/paced-reading.ts";
import { createUpgrader, type Upgrader, type WebsocketClient } from "../transports/websocket.ts";
import type { WebsocketConfig } from "./config.ts";

/** The fields of a node (contract opsbro §7.1). */
export type NodeFields = Readonly<Record<string, unknown>>;

export interface NodeWebsocketNeeds extends Context {
  /** This node as it is now. */
  readonly node: () => NodeFields;
  /** Whether a `Host` header names this agent. */
  readonly isOwnName: (host: string | undefined) => boolean;
}

export interface NodeWebsocket extends Running {
  /** `host:port`. */
  readonly address: string;
  readonly connections: number;
  /** Tells every client of this node as it is now; changes that come together are told together. */
  changed(): void;
}

const headDeadlineMs = 10_000;
const slowBytes = 4 * 1024 * 1024;
/** Connections beside the clients that have not asked yet; who takes his time does not take everybody's descriptors. */
const askingAtMost = 50;

/** Rejects with `listen.taken` or `listen.failed`. */
export async function startNodeWebsocket(
  config: WebsocketConfig,
  needs: NodeWebsocketNeeds,
): Promise<NodeWebsocket> {
  const { log, telemetry } = needs;
  const allowed = new AddressList([...config.allow]);
  const upgrader = await createUpgrader(needs);
  const clients = new Set<WebsocketClient>();
  const refused = telemetry.counter(
    "websocket_refused_total",
    "Clients of the websocket that were turned away.",
  );
  const server = createServer({ headersTimeout: headDeadlineMs, requestTimeout: headDeadlineMs });
  servePaced(server, "connection", needs.pace);
  limitConnections(server, config.max_clients + askingAtMost, () => refused.add(1));
  server.on("request", (_request, response) => {
    response.writeHead(426, { connection: "close", upgrade: "websocket" });
    response.end();
  });
  server.on("upgrade", (request, socket: Duplex, head: Buffer) => {
    socket.on("error", () => {});
    const address = plainAddress(request.socket.remoteAddress ?? "");
    const isAllowed = allowed.isEmpty || isOwnHost(address) || allowed.has(address);
    if (!isAllowed || clients.size >= config.max_clients || isForeign(request.headers, needs)) {
      refused.add(1);
      socket.end("HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n");
      return;
    }
    void accept(upgrader.upgrade(request, socket, head), clients);
  });
  const { host, port } = config.listen;
  await listening(server, () => server.listen({ host, port }), `${formatHost(host)}:${port}`);
  let planned = false;
  const send = () => {
    planned = false;
    const node = { ...needs.node(), type: "gossip::alive", state: "alive" };
    const frame = JSON.stringify({ channel: "gossip", payload: node });
    for (const client of clients) {
      client.send(frame);
      if (client.bufferedBytes > slowBytes) client.close(1013, "too slow");
    }
  };
  const address = addressOf(server);
  log.info("websocket", { address });
  return {
    address,
    get connections() {
      return clients.size;
    },
    changed() {
      if (planned || clients.size === 0) return;
      planned = true;
      setImmediate(send);
    },
    stop: () => stop(server, upgrader),
  };
}

function limitConnections(server: Server, limit: number, onRefused: () => void): void {
  const isShort = createShortage();
  const open = new Set<Socket>();
  server.prependListener("connection", (socket: Socket) => {
    if (open.size >= limit || isShort(socket, keptFromInputs)) {
      onRefused();
      socket.destroy();
      return;
    }
    open.add(socket);
    socket.once("close", () => open.delete(socket));
  });
}

async function accept(opening: Promise<WebsocketClient | undefined>, clients: Set<WebsocketClient>) {
  const client = await opening;
  if (client === undefined || client.gone.aborted) return;
  clients.add(client);
  client.gone.addEventListener("abort", () => clients.delete(client), { once: true });
}

/** A page of somewhere else must not read this host's state in its visitor's browser, under its own name neither. */
function isForeign(
  { origin, host }: { origin?: string | undefined; host?: string | undefined },
  { isOwnName }: Pick<NodeWebsocketNeeds, "isOwnName">,
): boolean {
  if (!isOwnName(host)) return true;
  return origin !== undefined && !(URL.canParse(origin) && new URL(origin).host === host);
}

function stop(server: Server, upgrader: Upgrader): Promise<void> {
  upgrader.stop();
  server.closeAllConnections();
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}
