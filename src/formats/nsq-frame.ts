// NSQ's TCP protocol, version 2: the commands of a producer, and the frames of a server (contract loda §7.5).

/** What a client says first. */
export const nsqMagic = "  V2";

export const frameTypes = { response: 0, error: 1, message: 2 } as const;

export interface NsqFrame {
  readonly type: number;
  readonly data: Buffer;
}

/** What a heartbeat's frame says; it answers no command. */
export const heartbeat = "_heartbeat_";
export const nop = Buffer.from("NOP\n");

export function identifyCommand(client: Readonly<Record<string, unknown>>): Buffer {
  return command("IDENTIFY", Buffer.from(JSON.stringify(client)));
}

export function publishCommand(topic: string, message: Buffer): Buffer {
  return command(`PUB ${topic}`, message);
}

/** All messages are taken, or none. */
export function multiplePublishCommand(topic: string, messages: readonly Buffer[]): Buffer {
  return command(`MPUB ${topic}`, messageList(messages));
}

/** Count, then size and bytes of each: the body of MPUB and of `POST /mpub?binary=true`. */
export function messageList(messages: readonly Buffer[]): Buffer {
  const sizeBytes = messages.reduce((sum, { length }) => sum + 4 + length, 4);
  const body = Buffer.allocUnsafe(sizeBytes);
  let at = body.writeUInt32BE(messages.length, 0);
  for (const message of messages) {
    at = body.writeUInt32BE(message.length, at);
    at += message.copy(body, at);
  }
  return body;
}

function command(line: string, body: Buffer): Buffer {
  const head = Buffer.from(`${line}\n....`, "latin1");
  head.writeUInt32BE(body.length, head.length - 4);
  return Buffer.concat([head, body]);
}

/** A topic as nsqd takes it. */
export function isTopic(text: string): boolean {
  return /^[.a-zA-Z0-9_-]{1,64}$/.test(text.replace(/#ephemeral$/, "")) && text.length <= 64;
}

/** Cuts what a server sends into frames. */
export class NsqFrameReader {
  readonly #limitBytes: number;
  #held: Buffer = Buffer.alloc(0);

  /** A frame of more bytes is none of nsqd's. */
  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** The frames that are complete now; undefined when what came is no frame. */
  push(chunk: Buffer): NsqFrame[] | undefined {
    this.#held = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    const frames: NsqFrame[] = [];
    while (this.#held.length >= 4) {
      const size = this.#held.readInt32BE(0);
      if (size < 4 || size > this.#limitBytes) return undefined;
      if (this.#held.length < 4 + size) break;
      frames.push({ type: this.#held.readInt32BE(4), data: this.#held.subarray(8, 4 + size) });
      this.#held = this.#held.subarray(4 + size);
    }
    return frames;
  }
}
