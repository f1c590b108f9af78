// A peer on one port that behaves well, or in every bad way that is known, and changes between them.
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";

/** What is done with a connection by a peer that answers in one way or another. */
export interface Answers {
  readonly well: (socket: Socket) => void;
  /** An error of its own. */
  readonly fails: (socket: Socket) => void;
  /** Takes everything, and answers something that is no answer in this protocol. */
  readonly lies: (socket: Socket) => void;
}

export const badManners = [
  "is down",
  "fails",
  "lies",
  "hangs",
  "closes at once",
  "closes after half",
  "resets",
] as const;
export type Manner = "well" | (typeof badManners)[number];

export interface BadPeer {
  readonly port: number;
  /** From now on, for new connections; those that stand are cut. */
  behave(manner: Manner): Promise<void>;
}

/** Gone when the test that asked is over. */
export async function badPeer(answers: Answers): Promise<BadPeer> {
  const sockets = new Set<Socket>();
  let manner: Manner = "well";
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.once("close", () => sockets.delete(socket));
    treat(socket, manner, answers);
  });
  const listen = async (port: number) => {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
  };
  const cut = async () => {
    await Promise.all(
      [...sockets].map(async (socket) => {
        const closed = socket.closed ? Promise.resolve() : once(socket, "close");
        socket.destroy();
        await closed;
      }),
    );
  };
  await listen(0);
  const { port } = server.address() as AddressInfo;
  onTestFinished(async () => {
    server.close();
    await cut();
  });
  return {
    port,
    async behave(next) {
      manner = next;
      await cut();
      if (next === "is down" && server.listening) {
        server.close();
        await once(server, "close");
      } else if (next !== "is down" && !server.listening) await listen(port);
    },
  };
}

function treat(socket: Socket, manner: Manner, answers: Answers): void {
  if (manner === "well" || manner === "fails" || manner === "lies") answers[manner](socket);
  else if (manner === "closes at once") socket.destroy();
  else if (manner === "closes after half") socket.once("data", () => socket.destroy());
  else if (manner === "resets") socket.once("data", () => socket.resetAndDestroy());
  else socket.resume();
}

/** Answers every whole HTTP request with this status, and any text. */
export function httpAnswer(status: number, text: string): (socket: Socket) => void {
  return (socket) => {
    let held = Buffer.alloc(0);
    socket.on("data", (chunk: Buffer) => {
      held = Buffer.concat([held, chunk]);
      const headEnd = held.indexOf("\r\n\r\n");
      const length = Number(/content-length: (\d+)/i.exec(held.toString("latin1"))?.[1] ?? 0);
      if (headEnd === -1 || held.length < headEnd + 4 + length) return;
      held = held.subarray(headEnd + 4 + length);
      const size =
        status === 204 ? "" : `content-type: text/html\r\ncontent-length: ${Buffer.byteLength(text)}\r\n`;
      socket.write(`HTTP/1.1 ${status} Status\r\n${size}\r\n${status === 204 ? "" : text}`);
    });
  };
}
