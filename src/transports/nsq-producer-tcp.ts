// One nsqd spoken to over TCP, protocol V2 (contract loda §7.5): a connection that is made when it is needed.
import type { Socket } from "node:net";
import {
  frameTypes,
  heartbeat,
  identifyCommand,
  multiplePublishCommand,
  type NsqFrame,
  NsqFrameReader,
  nop,
  nsqMagic,
  publishCommand,
} from "../formats/nsq-frame.ts";
import { reasonOf } from "../kernel/errors.ts";
import { linkedAbort } from "../kernel/linked-abort.ts";
import { connected } from "./connect.ts";
import { type NsqProducerNeeds, NsqRefusal, type NsqServer } from "./nsq-producer-server.ts";

interface TcpServerConfig {
  readonly address: string;
  readonly timeoutMs: number;
}

const frameLimitBytes = 64 * 1024;
const refusals = /^E_BAD_(TOPIC|MESSAGE|BODY)\b/;

export function createTcpServer({ address, timeoutMs }: TcpServerConfig, needs: NsqProducerNeeds): NsqServer {
  const { hostname: host, port } = new URL(address);
  const at = { host: host.replace(/^\[|\]$/g, ""), port: Number(port || 4150) };
  let connection: Connection | undefined;

  const exchange = async (command: Buffer, stopping: AbortSignal) => {
    const ending = linkedAbort(stopping, { clock: needs.clock, afterMs: timeoutMs });
    const { signal } = ending;
    try {
      connection = connection?.usable === true ? connection : await Connection.open(at, needs, signal);
      await connection.ask(command, signal);
    } catch (thrown) {
      throw ending.isLate ? signal.reason : thrown;
    } finally {
      ending.release();
    }
  };

  return {
    address: `${host}:${at.port}`,
    async publish({ topic, messages }, signal) {
      const [first] = messages;
      if (first === undefined) return 0;
      const command =
        messages.length === 1 ? publishCommand(topic, first) : multiplePublishCommand(topic, messages);
      try {
        await exchange(command, signal);
        return messages.length;
      } catch (thrown) {
        if (thrown instanceof NsqRefusal) throw thrown;
        throw new Error(`${host}:${at.port}: ${reasonOf(thrown)}`, { cause: thrown });
      }
    },
    close() {
      connection?.end(new Error("closed"));
    },
  };
}

interface Waiting {
  readonly resolve: (text: string) => void;
  readonly reject: (reason: Error) => void;
}

/** Lives until the first fault: every error of nsqd closes it. It alone does not keep the process alive. */
class Connection {
  readonly #socket: Socket;
  readonly #reader = new NsqFrameReader(frameLimitBytes);
  #waiting: Waiting | undefined;
  #fault: Error | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.unref();
    socket.on("data", (chunk: Buffer) => this.#take(chunk));
    socket.on("error", (error) => this.end(error));
    socket.on("close", () => this.end(new Error("the server closed the connection")));
  }

  /** Connects and introduces itself. Rejects at once when the signal aborts. */
  static async open(
    at: { host: string; port: number },
    { hostname, userAgent }: NsqProducerNeeds,
    signal: AbortSignal,
  ): Promise<Connection> {
    const socket = await connected(at, signal);
    const connection = new Connection(socket);
    socket.write(nsqMagic);
    const client = { client_id: hostname, hostname, user_agent: userAgent, feature_negotiation: true };
    // Servers from before the negotiation answer `OK`, others with what was agreed.
    await connection.#request(identifyCommand({ ...client, heartbeat_interval: 30_000 }), signal);
    return connection;
  }

  get usable(): boolean {
    return this.#fault === undefined;
  }

  /** Resolves when the server says `OK`. One at a time. */
  async ask(command: Buffer, signal: AbortSignal): Promise<void> {
    const said = await this.#request(command, signal);
    if (said === "OK") return;
    const fault = new Error(`it answered ${JSON.stringify(said.slice(0, 100))}`);
    this.end(fault);
    throw fault;
  }

  end(fault: Error): void {
    this.#fault ??= fault;
    this.#socket.destroy();
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.reject(this.#fault);
  }

  #request(command: Buffer, signal: AbortSignal): Promise<string> {
    return new Promise<string>((resolve, reject) => {
      if (this.#fault !== undefined) return void reject(this.#fault);
      // What is answered after it was given up would be taken for the answer to the next command.
      const giveUp = () => this.end(signal.reason instanceof Error ? signal.reason : new Error("given up"));
      const settle =
        <Value>(done: (value: Value) => void) =>
        (value: Value) => {
          signal.removeEventListener("abort", giveUp);
          this.#socket.unref();
          done(value);
        };
      this.#waiting = { resolve: settle(resolve), reject: settle(reject) };
      if (signal.aborted) return void giveUp();
      signal.addEventListener("abort", giveUp, { once: true });
      this.#socket.ref();
      this.#socket.write(command);
    });
  }

  #take(chunk: Buffer): void {
    const frames = this.#reader.push(chunk);
    if (frames === undefined) this.end(new Error("the server does not speak NSQ's protocol"));
    else for (const frame of frames) this.#takeFrame(frame);
  }

  #takeFrame({ type, data }: NsqFrame): void {
    const said = data.toString("utf8");
    if (type === frameTypes.error) this.end(refusals.test(said) ? new NsqRefusal(said) : new Error(said));
    else if (type !== frameTypes.response) this.end(new Error("the server sent what nobody asked for"));
    else if (said === heartbeat) this.#socket.write(nop);
    else this.#answer(said);
  }

  #answer(said: string): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting === undefined) this.end(new Error("the server answered what nobody asked"));
    else waiting.resolve(said);
  }
}
