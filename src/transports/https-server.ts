// Listening: TLS on any number of addresses and plain HTTP on a unix socket, in front of one handler.
import { constants } from "node:crypto";
import type { IncomingMessage, Server } from "node:http";
import { createServer as createTlsServer, type Server as TlsServer } from "node:https";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { SecureContextOptions, TlsOptions } from "node:tls";
import type { Clock } from "../kernel/clock.ts";
import { AgentError, systemCode } from "../kernel/errors.ts";
import type { Running } from "../kernel/module.ts";
import type { Pace } from "../kernel/pace.ts";
import type { LoadedCertificate } from "./certificate.ts";
import { ConnectionGate, type Newcomer } from "./connection-gate.ts";
import { createShortage, keptFromConnections } from "./descriptors.ts";
import {
  addressOf,
  answerBadRequest,
  closeServer,
  formatHost,
  type HttpHandler,
  listening,
  type RequestLimits,
  rememberConnections,
  serverOptions,
  withAllHeaders,
} from "./listener.ts";
import { servePaced } from "./paced-reading.ts";
import { listenUnix } from "./unix-listener.ts";
import { UnreadAnswers } from "./unread-answers.ts";

export interface ListenAddress {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** True: a host that this machine does not have is no failure, as `::1` where there is no IPv6. */
  readonly optional?: boolean;
  /** Taken instead where this machine does not have the host. */
  readonly fallbackHost?: string;
}

export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

export interface HttpsServerOptions extends RequestLimits {
  readonly listen: readonly ListenAddress[];
  readonly socketPath: string | undefined;
  readonly certificate: LoadedCertificate;
  /** Ask clients for a certificate. Whether one is needed is the handler's to say. */
  readonly askClients: boolean;
  readonly maxConnections: number;
  /** Told when the file system does not let the socket be made; the other listeners serve all the same. */
  readonly onNoSocket: (fault: AgentError) => void;
  /** Who is there, by the address alone: before anything is read. */
  readonly whoIs: (socket: Socket) => Newcomer;
  readonly clock: Pick<Clock, "monotonicMs">;
  readonly pace: Pace;
  /** Takes requests for another protocol; without it they are requests like others. */
  readonly onUpgrade?: UpgradeHandler;
}

interface Way {
  readonly gate: ConnectionGate;
  readonly unread: UnreadAnswers;
  readonly handle: HttpHandler;
}

export interface HttpsServer extends Running {
  /** `host:port` of each listener, IPv6 in brackets. */
  readonly addresses: readonly string[];
  readonly gate: Pick<ConnectionGate, "open" | "waiting" | "refused" | "limit">;
  /** New connections get this certificate; those that stand keep theirs. */
  setCertificate(certificate: LoadedCertificate): void;
  /** Ends connections whose other side has read nothing of what waits for it within the idle deadline. To be called every now and then. */
  endUnread(): void;
}

/**
 * TLS 1.2 has exactly the suites of contract happo §3.2, in its order. The first 1.3 suite is the one that the
 * original's current builds answer with (contract happo G13).
 */
const suites = [
  "TLS_AES_128_GCM_SHA256",
  "TLS_AES_256_GCM_SHA384",
  "TLS_CHACHA20_POLY1305_SHA256",
  "ECDHE-RSA-AES128-GCM-SHA256",
  "ECDHE-ECDSA-AES128-GCM-SHA256",
].join(":");

/** Rejects with `listen.taken` or `listen.failed`, and then leaves nothing listening. */
export async function startHttpsServer(
  options: HttpsServerOptions,
  handle: HttpHandler,
): Promise<HttpsServer> {
  const gate = new ConnectionGate({ limit: options.maxConnections }, options.clock);
  const unread = new UnreadAnswers(options.idleDeadlineMs, options.clock);
  const tlsServers: TlsServer[] = [];
  const servers: Server[] = [];
  try {
    for (const address of options.listen) {
      const server = await listenTls(address, options, { gate, unread, handle });
      if (server !== undefined) tlsServers.push(server);
    }
    servers.push(...tlsServers);
    const unix = await listenOnSocket(options, handle);
    if (unix !== undefined) servers.push(unix);
    if (options.onUpgrade !== undefined)
      for (const server of servers) server.on("upgrade", options.onUpgrade);
  } catch (thrown) {
    await Promise.all([...tlsServers, ...servers].map(closeServer));
    throw thrown;
  }
  return {
    addresses: tlsServers.map(addressOf),
    gate,
    setCertificate(certificate) {
      for (const server of tlsServers) server.setSecureContext(secureContext(certificate));
    },
    endUnread: () => unread.end(),
    async stop() {
      await Promise.all(servers.splice(0).map(closeServer));
    },
  };
}

/** A file system that is full or read-only takes the socket away, and nothing else. */
async function listenOnSocket(options: HttpsServerOptions, handle: HttpHandler): Promise<Server | undefined> {
  if (options.socketPath === undefined) return undefined;
  try {
    return await listenUnix(options.socketPath, options, handle);
  } catch (thrown) {
    const unwritable = ["EROFS", "ENOSPC", "EDQUOT"];
    const code = thrown instanceof AgentError ? systemCode(thrown.cause) : undefined;
    if (!(thrown instanceof AgentError) || !unwritable.includes(code ?? "")) throw thrown;
    options.onNoSocket(thrown);
    return undefined;
  }
}

/** Undefined where the machine does not have an optional host. */
async function listenTls(
  { host, port, optional = false, fallbackHost }: ListenAddress,
  options: HttpsServerOptions,
  way: Way,
): Promise<TlsServer | undefined> {
  const server = withAllHeaders(
    createTlsServer({ ...serverOptions(options), ...tlsOptions(options) }, way.handle),
  );
  passThroughGate(server, way.gate, options.whoIs);
  rememberConnections(server);
  server.on("secureConnection", (socket: Socket) => way.unread.add(socket));
  servePaced(server, "secureConnection", options.pace);
  server.on("clientError", answerBadRequest);
  server.on("tlsClientError", (_error, socket) => socket.destroy());
  try {
    await listening(server, () => server.listen({ host, port }), `${formatHost(host)}:${port}`);
    return server;
  } catch (thrown) {
    const missing = isMissingHost(thrown);
    if (missing && fallbackHost !== undefined)
      return await listenTls({ host: fallbackHost, port }, options, way);
    if (missing && optional) return undefined;
    throw thrown;
  }
}

function isMissingHost(thrown: unknown): boolean {
  return (
    thrown instanceof AgentError && ["EADDRNOTAVAIL", "EAFNOSUPPORT"].includes(String(thrown.facts["errno"]))
  );
}

function tlsOptions(options: HttpsServerOptions): TlsOptions {
  return {
    ...secureContext(options.certificate),
    ALPNProtocols: ["http/1.1"],
    honorCipherOrder: true,
    handshakeTimeout: options.headDeadlineMs,
    pauseOnConnect: true,
    requestCert: options.askClients,
    rejectUnauthorized: false,
  };
}

function secureContext({ cert, key, ca, crl }: LoadedCertificate): SecureContextOptions {
  return {
    cert,
    key,
    ...(ca === undefined ? {} : { ca }),
    ...(crl === undefined ? {} : { crl }),
    minVersion: "TLSv1.2",
    ciphers: suites,
    // A client that shakes hands over and over costs a server many times what it costs him.
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
  };
}

/** The server's own listener for raw connections runs only once the gate lets a connection in. */
function passThroughGate(server: TlsServer, gate: ConnectionGate, whoIs: HttpsServerOptions["whoIs"]): void {
  const isShort = createShortage();
  const serve = server.listeners("connection");
  server.removeAllListeners("connection");
  server.on("connection", (socket: Socket) => {
    if (isShort(socket, keptFromConnections)) return void socket.destroy();
    gate.pass(socket, whoIs(socket), () => {
      for (const listener of serve) listener.call(server, socket);
    });
  });
}
