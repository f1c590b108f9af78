// A real nats-server of Debian with JetStream in a private directory, and what its streams hold.
import { jetstreamManager, type StreamConfig } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { type Daemon, freePort, startDaemon } from "../servers/daemon.ts";
import { temporaryDirectory } from "../temporary.ts";

export interface NatsServer {
  readonly server: string;
  readonly port: number;
  /** Messages of a stream, in order. */
  stored(stream: string): Promise<readonly StoredMessage[]>;
  /** Changes or makes a stream, with the names of the server's own configuration. */
  stream(config: Partial<StreamConfig> & { readonly name: string }): Promise<void>;
  info(stream: string): Promise<Readonly<Record<string, unknown>>>;
  end(): Promise<void>;
  start(): Promise<void>;
  release(): Promise<void>;
}

interface StoredMessage {
  readonly subject: string;
  readonly id: string | undefined;
  readonly text: string;
}

export async function startNatsServer(options: readonly string[] = []): Promise<NatsServer> {
  const { path: home, release } = temporaryDirectory();
  const port = await freePort();
  const args = ["-a", "127.0.0.1", "-p", String(port), "-js", "-sd", home, ...options];
  const start = () => startDaemon({ command: "nats-server", args, port });
  let daemon: Daemon = await start();
  const server = `127.0.0.1:${port}`;
  const ask = async <Value>(
    work: (manager: Awaited<ReturnType<typeof jetstreamManager>>) => Promise<Value>,
  ) => {
    const connection = await connect({ servers: server, reconnect: false });
    try {
      return await work(await jetstreamManager(connection));
    } finally {
      await connection.close();
    }
  };
  return {
    server,
    port,
    stored: (stream) =>
      ask(async (manager) => {
        const { state } = await manager.streams.info(stream);
        const messages: StoredMessage[] = [];
        for (let seq = state.first_seq; seq <= state.last_seq && state.messages > 0; seq += 1) {
          const message = await manager.streams.getMessage(stream, { seq });
          if (message === null) continue;
          const id = message.header.get("Nats-Msg-Id");
          messages.push({ subject: message.subject, id, text: message.string() });
        }
        return messages;
      }),
    stream: (config) =>
      ask(async (manager) => {
        await manager.streams.add(config).catch(() => manager.streams.update(config.name, config));
      }),
    info: (stream) => ask(async (manager) => ({ ...(await manager.streams.info(stream)).config })),
    end: () => daemon.stop(),
    async start() {
      daemon = await start();
    },
    async release() {
      await daemon.stop();
      release();
    },
  };
}
