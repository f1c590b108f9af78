// A connection to NATS that is made anew whenever it was lost, and a stream that takes messages.
import type { Socket } from "node:net";
import type { JetStreamClient } from "@nats-io/jetstream";
import type { NatsConnection, NodeConnectionOptions } from "@nats-io/transport-node";
import { pemFile, readTrustedLater } from "../../../kernel/trusted-file.ts";
import { systemAuthorities } from "../../../transports/system-authorities.ts";
import type { WriterNeeds } from "../../output.ts";
import { orAborted } from "../exchange/turns.ts";
import { collectingSockets } from "./opened-sockets.ts";
import { type NatsMessage, subjectPattern } from "./packing.ts";

export interface JetStreamConfig {
  readonly servers: readonly string[];
  readonly subject: string;
  readonly stream: {
    readonly name: string;
    readonly create: boolean;
    readonly max_age: number;
    readonly max_size: number;
    readonly replicas: number;
    readonly storage: "file" | "memory";
  };
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  readonly token?: string | undefined;
  readonly creds?: string | undefined;
  readonly tls?:
    | {
        readonly ca?: string | undefined;
        readonly certificate?: string | undefined;
        readonly key?: string | undefined;
      }
    | undefined;
}

interface Library {
  readonly transport: typeof import("@nats-io/transport-node");
  readonly jetstream: typeof import("@nats-io/jetstream");
}

interface Link {
  readonly connection: NatsConnection;
  readonly client: JetStreamClient;
  readonly sockets: ReadonlySet<Socket>;
}

const connectTimeoutMs = 5000;
const acknowledgedWithinMs = 10_000;
const closedWithinMs = 1000;
/** Room for the headers, which count as part of a message. */
const headerBytes = 2048;
/** The message is larger than the stream takes. */
const messageTooLarge = 10_054;

export class JetStream {
  readonly #config: JetStreamConfig;
  readonly #needs: WriterNeeds;
  readonly #library: Library;
  #link: Link | undefined;
  /** Those of the connection that stands or is being made. */
  #sockets: ReadonlySet<Socket> = new Set();
  #closed = false;

  private constructor(config: JetStreamConfig, needs: WriterNeeds, library: Library) {
    this.#config = config;
    this.#needs = needs;
    this.#library = library;
  }

  static async load(config: JetStreamConfig, needs: WriterNeeds): Promise<JetStream> {
    const transport = await import("@nats-io/transport-node");
    const jetstream = await import("@nats-io/jetstream");
    return new JetStream(config, needs, { transport, jetstream });
  }

  /** Bytes that a message's payload may have. Connects. */
  async messageLimitBytes(signal: AbortSignal): Promise<number> {
    const { connection } = await this.#linked(signal);
    return Math.max((connection.info?.max_payload ?? 0) - headerBytes, headerBytes);
  }

  /** Resolves when the stream has them all, each once. Sent in order and all at once. */
  async publish(messages: readonly NatsMessage[], signal: AbortSignal): Promise<void> {
    const link = await this.#linked(signal);
    const acknowledged = messages.map(({ subject, id, payload }) =>
      link.client.publish(subject, payload, {
        msgID: id,
        timeout: acknowledgedWithinMs,
        expect: { streamName: this.#config.stream.name },
      }),
    );
    try {
      await orAborted(Promise.all(acknowledged), signal);
    } catch (thrown) {
      // A stream that said no is there; any other failure leaves a connection of which nothing is known.
      if (!(thrown instanceof this.#library.jetstream.JetStreamApiError)) this.#drop(link);
      throw thrown;
    }
  }

  isRefusal(thrown: unknown): boolean {
    const { JetStreamApiError } = this.#library.jetstream;
    return thrown instanceof JetStreamApiError && thrown.code === messageTooLarge;
  }

  /** Says good-bye, but not for long. */
  async close(): Promise<void> {
    this.#closed = true;
    const link = this.#link;
    this.#link = undefined;
    if (link !== undefined) await this.#sayGoodbye(link);
    destroyAll(this.#sockets);
  }

  async #sayGoodbye({ connection }: Link): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const bound = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, closedWithinMs);
    });
    await Promise.race([connection.close().catch(() => {}), bound]);
    clearTimeout(timer);
  }

  async #linked(signal: AbortSignal): Promise<Link> {
    signal.throwIfAborted();
    if (this.#link !== undefined && !this.#link.connection.isClosed()) return this.#link;
    const sockets = new Set<Socket>();
    this.#sockets = sockets;
    const connecting = collectingSockets(sockets, () => this.#connect(sockets));
    try {
      const link = await orAborted(connecting, signal);
      if (this.#closed) throw new Error("closed");
      this.#link = link;
      return link;
    } catch (thrown) {
      destroyAll(sockets);
      void connecting.then((link) => this.#drop(link)).catch(() => {});
      throw thrown;
    }
  }

  async #connect(sockets: ReadonlySet<Socket>): Promise<Link> {
    const { transport, jetstream } = this.#library;
    const connection = await transport.connect(await this.#options());
    const client = jetstream.jetstream(connection, { timeout: acknowledgedWithinMs });
    const link = { connection, client, sockets };
    try {
      if (this.#config.stream.create) await this.#ensureStream(connection);
      return link;
    } catch (thrown) {
      this.#drop(link);
      throw thrown;
    }
  }

  async #options(): Promise<NodeConnectionOptions> {
    const { servers, user, password, token, creds, tls } = this.#config;
    const { credsAuthenticator } = this.#library.transport;
    return {
      servers: [...servers],
      name: `${this.#needs.userAgent} ${this.#needs.hostname}`,
      timeout: connectTimeoutMs,
      // What was lost is connected again by the next write, under its deadline.
      reconnect: false,
      ...(user === undefined ? {} : { user, pass: password ?? "" }),
      ...(token === undefined ? {} : { token }),
      ...(creds === undefined
        ? {}
        : { authenticator: credsAuthenticator(await readTrustedLater(creds, pemFile)) }),
      ...(tls === undefined ? {} : { tls: await tlsOptions(tls) }),
    };
  }

  async #ensureStream(connection: NatsConnection): Promise<void> {
    const { jetstreamManager, JetStreamApiError, RetentionPolicy, StorageType } = this.#library.jetstream;
    const { name, max_age, max_size, replicas, storage } = this.#config.stream;
    const manager = await jetstreamManager(connection, { timeout: acknowledgedWithinMs });
    try {
      await manager.streams.info(name);
      return;
    } catch (thrown) {
      if (!(thrown instanceof JetStreamApiError) || thrown.status !== 404) throw thrown;
    }
    await manager.streams.add({
      name,
      subjects: [subjectPattern(this.#config.subject)],
      retention: RetentionPolicy.Limits,
      max_age: max_age * 1_000_000,
      max_bytes: max_size,
      num_replicas: replicas,
      storage: storage === "file" ? StorageType.File : StorageType.Memory,
    });
    this.#needs.log.info("stream created", { stream: name });
  }

  #drop(link: Link): void {
    if (this.#link === link) this.#link = undefined;
    destroyAll(link.sockets);
    void link.connection.close().catch(() => {});
  }
}

function destroyAll(sockets: ReadonlySet<Socket>): void {
  for (const socket of sockets) socket.destroy();
}

async function tlsOptions({ ca, certificate, key }: NonNullable<JetStreamConfig["tls"]>) {
  return {
    ca: ca === undefined ? systemAuthorities.certificates().join("\n") : await pemText(ca),
    ...(certificate === undefined ? {} : { cert: await pemText(certificate) }),
    ...(key === undefined ? {} : { key: await pemText(key) }),
  };
}

async function pemText(path: string): Promise<string> {
  return (await readTrustedLater(path, pemFile)).toString("utf8");
}
