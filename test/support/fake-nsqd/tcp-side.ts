// The TCP side of a fake nsqd, protocol V2, error texts and all as contract loda §7.5 has them.
import type { Socket } from "node:net";
import { isGoodTopic, keep, messagesIn, type State } from "./state.ts";

const negotiated = {
  max_rdy_count: 2500,
  version: "1.3.0",
  max_msg_timeout: 900_000,
  msg_timeout: 60_000,
  tls_v1: false,
  deflate: false,
  deflate_level: 6,
  max_deflate_level: 6,
  snappy: false,
  sample_rate: 0,
  auth_required: false,
  output_buffer_size: 16_384,
  output_buffer_timeout: 250,
};

/** What a command is answered with; an error closes. */
type Outcome = { readonly said: string } | { readonly error: string } | undefined;

export function tcpSide(state: State): (socket: Socket) => void {
  return (socket) => {
    const connection = new Connection(socket, state);
    socket.on("data", (chunk: Buffer) => connection.take(chunk));
    socket.on("error", () => {});
    socket.on("close", () => connection.over());
  };
}

class Connection {
  readonly #socket: Socket;
  readonly #state: State;
  #held = Buffer.alloc(0);
  #greeted = false;
  #answers = Promise.resolve();
  #beat: NodeJS.Timeout | undefined;
  #unanswered = 0;

  constructor(socket: Socket, state: State) {
    this.#socket = socket;
    this.#state = state;
    this.#beatEvery(30_000);
  }

  take(chunk: Buffer): void {
    this.#held = Buffer.concat([this.#held, chunk]);
    this.#unanswered = 0;
    if (this.#state.manners.halfOpen) return;
    if (!this.#greeted) {
      if (this.#held.length < 4) return;
      const magic = this.#held.subarray(0, 4).toString("latin1");
      this.#held = this.#held.subarray(4);
      this.#greeted = true;
      if (magic !== "  V2") this.#answer({ error: "E_BAD_PROTOCOL" });
    }
    while (this.#socket.writable && this.#takeCommand());
  }

  over(): void {
    clearInterval(this.#beat);
  }

  /** False when it is not complete, or was the last. */
  #takeCommand(): boolean {
    const lineEnd = this.#held.indexOf(0x0a);
    if (lineEnd === -1) return false;
    const line = this.#held.subarray(0, lineEnd).toString("latin1").replace(/\r$/, "");
    const [name = "", topic = "", wait = ""] = line.split(" ");
    const withBody = ["IDENTIFY", "PUB", "MPUB", "DPUB"].includes(name);
    if (!withBody) {
      this.#held = this.#held.subarray(lineEnd + 1);
      this.#state.asked.push(name);
      if (name !== "NOP") this.#answer({ error: `E_INVALID invalid command ${name}` });
      return name === "NOP";
    }
    if (this.#held.length < lineEnd + 5) return false;
    const size = this.#held.readUInt32BE(lineEnd + 1);
    const early = name === "IDENTIFY" ? undefined : this.#earlyFault({ name, topic, wait, size });
    if (early !== undefined) {
      this.#state.asked.push(name);
      this.#answer({ error: early });
      return false;
    }
    if (this.#held.length < lineEnd + 5 + size) return false;
    const body = Buffer.from(this.#held.subarray(lineEnd + 5, lineEnd + 5 + size));
    this.#held = this.#held.subarray(lineEnd + 5 + size);
    this.#state.asked.push(name);
    this.#answer(name === "IDENTIFY" ? this.#identify(body) : this.#publish(name, topic, body));
    return true;
  }

  /** What is said before the body is read. */
  #earlyFault({ name, topic, wait, size }: { name: string; topic: string; wait: string; size: number }) {
    const { maxMessageBytes, maxBodyBytes } = this.#state.manners;
    if (!isGoodTopic(this.#state, topic)) return `E_BAD_TOPIC ${name} topic name "${topic}" is not valid`;
    if (name === "DPUB" && !(/^\d+$/.test(wait) && Number(wait) <= 3_600_000))
      return `E_INVALID DPUB timeout ${wait} out of range 0-3600000`;
    if (name === "MPUB") {
      if (size === 0) return `E_BAD_BODY MPUB invalid body size 0`;
      return size > maxBodyBytes ? `E_BAD_BODY MPUB body too big ${size} > ${maxBodyBytes}` : undefined;
    }
    if (size === 0) return `E_BAD_MESSAGE ${name} invalid message body size 0`;
    return size > maxMessageBytes
      ? `E_BAD_MESSAGE ${name} message too big ${size} > ${maxMessageBytes}`
      : undefined;
  }

  #identify(body: Buffer): Outcome {
    let client: { heartbeat_interval?: number; feature_negotiation?: boolean };
    try {
      client = JSON.parse(body.toString("utf8")) as typeof client;
    } catch {
      return { error: "E_BAD_BODY IDENTIFY failed to decode JSON body" };
    }
    const everyMs = client.heartbeat_interval ?? 30_000;
    if (everyMs !== -1 && (everyMs < 1000 || everyMs > 60_000))
      return { error: `E_BAD_BODY IDENTIFY heartbeat interval (${everyMs}) is invalid` };
    this.#beatEvery(everyMs);
    return { said: client.feature_negotiation === true ? JSON.stringify(negotiated) : "OK" };
  }

  #publish(name: string, topic: string, body: Buffer): Outcome {
    const { manners } = this.#state;
    if (manners.exiting) {
      this.#socket.destroy();
      return undefined;
    }
    if (manners.failing) return { error: `E_${name}_FAILED ${name} failed exiting` };
    const messages = name === "MPUB" ? messagesIn(body) : [body];
    if (messages === undefined) return { error: "E_BAD_BODY MPUB invalid message body" };
    if (messages.length === 0) return { error: "E_BAD_BODY MPUB invalid message count 0" };
    const large = messages.find(({ length }) => length > manners.maxMessageBytes);
    if (large !== undefined)
      return { error: `E_BAD_MESSAGE MPUB message too big ${large.length} > ${manners.maxMessageBytes}` };
    keep(this.#state, topic, messages);
    return { said: "OK" };
  }

  /** In the order of the commands, each after its delay. */
  #answer(outcome: Outcome): void {
    if (outcome === undefined) return;
    const { delayMs, heartbeatFirst } = this.#state.manners;
    const send = () => {
      if (heartbeatFirst) this.#send(0, "_heartbeat_");
      if ("said" in outcome) this.#send(0, outcome.said);
      else {
        this.#send(1, outcome.error);
        this.#socket.end();
        this.#socket.destroySoon();
      }
    };
    if (delayMs === 0) send();
    else
      this.#answers = this.#answers.then(
        () =>
          new Promise((resolve) => {
            setTimeout(() => {
              send();
              resolve();
            }, delayMs);
          }),
      );
  }

  #send(type: number, text: string): void {
    const data = Buffer.from(text);
    const head = Buffer.alloc(8);
    head.writeInt32BE(data.length + 4, 0);
    head.writeInt32BE(type, 4);
    if (this.#socket.writable) this.#socket.write(Buffer.concat([head, data]));
  }

  /** Two heartbeats without any command after them are the end. */
  #beatEvery(everyMs: number): void {
    clearInterval(this.#beat);
    if (everyMs === -1) return;
    this.#beat = setInterval(() => {
      this.#unanswered += 1;
      if (this.#unanswered > 2) this.#socket.destroy();
      else if (!this.#state.manners.halfOpen) this.#send(0, "_heartbeat_");
    }, everyMs);
    this.#beat.unref();
  }
}
