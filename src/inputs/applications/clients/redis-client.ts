// A client of Redis for one question: authentication, INFO, good-bye.
import { once } from "node:events";
import { createConnection, type Socket } from "node:net";
import type { Clock } from "../../../kernel/clock.ts";
import { connect } from "../../../transports/connect.ts";
import { type RedisReply, takeReplies } from "../parsing/redis-reply.ts";
import { Declined, unanswered } from "./unanswered.ts";

export interface RedisAccess {
  readonly server: string;
  readonly port: number;
  /** Path of a unix socket, in place of server and port. */
  readonly socket?: string | undefined;
  readonly password?: string | undefined;
  readonly clock: Pick<Clock, "monotonicMs">;
  readonly signal: AbortSignal;
}

export interface RedisAnswer {
  readonly info: string;
  /** Milliseconds until the connection stood. */
  readonly connectionMs: number;
}

const answerLimitBytes = 1024 * 1024;

/** Rejects with `collector.unanswered`; when the signal is aborted, at once. */
export async function askRedis(access: RedisAccess): Promise<RedisAnswer> {
  const { server, port, socket: path, password, clock, signal } = access;
  const beganMs = clock.monotonicMs();
  const socket =
    path === undefined ? connect({ host: server, port, signal }) : createConnection({ path, signal });
  // Errors come to whoever waits; one that comes later, or while nobody does, is of no interest.
  socket.on("error", () => {});
  try {
    await once(socket, "connect", { signal });
    const connectionMs = clock.monotonicMs() - beganMs;
    const commands = [...(password === undefined ? [] : [["AUTH", password]]), ["INFO"]];
    socket.write(commands.map(encoded).join(""));
    const replies = await repliesOf(socket, commands.length);
    return { info: lastText(replies), connectionMs };
  } catch (thrown) {
    throw unanswered(thrown, { address: path ?? `${server}:${port}`, secrets: [password] });
  } finally {
    socket.destroy();
  }
}

function encoded(words: readonly string[]): string {
  return [`*${words.length}`, ...words.flatMap((word) => [`$${Buffer.byteLength(word)}`, word]), ""].join(
    "\r\n",
  );
}

function lastText(replies: readonly RedisReply[]): string {
  const last = replies.at(-1) ?? { text: "" };
  if ("error" in last) throw new Declined(last.error);
  return last.text;
}

async function repliesOf(socket: Socket, count: number): Promise<readonly RedisReply[]> {
  const chunks: Buffer[] = [];
  let takenBytes = 0;
  let neededBytes = 1;
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    takenBytes += chunk.length;
    if (takenBytes > answerLimitBytes) throw new Error(`answer larger than ${answerLimitBytes} bytes`);
    if (takenBytes < neededBytes) continue;
    const found = takeReplies(Buffer.concat(chunks), count);
    if (found === undefined) throw new Error("the answer is not that of Redis");
    if ("replies" in found) return found.replies;
    ({ neededBytes } = found);
  }
  throw new Error("the connection was closed before the answer");
}
