// Sending text over TCP to a peer that never answers: a connection for each text, whose end is the answer.
import type { Socket } from "node:net";
import { connect } from "./connect.ts";

export interface TcpSenderConfig {
  readonly host: string;
  readonly port: number;
  /**
   * When a text is sent: `close`, when the peer read to the end and closed its side; `sent`, when the system has taken it
   * all and the peer has not closed before.
   */
  readonly confirm: "close" | "sent";
}

export interface TcpSender {
  /** Rejects when the peer refuses, resets or closes too early, and at once when the signal aborts. One at a time. */
  send(text: string, signal: AbortSignal): Promise<void>;
  close(): void;
}

const shortestPauseMs = 10;
const longestPauseMs = 1000;

export function createTcpSender(config: TcpSenderConfig): TcpSender {
  let current: Socket | undefined;
  return {
    async send(text, signal) {
      signal.throwIfAborted();
      const { host, port } = config;
      const socket = connect({ host, port, allowHalfOpen: true });
      current = socket;
      const giveUp = () => socket.destroy(new Error("given up", { cause: signal.reason }));
      signal.addEventListener("abort", giveUp, { once: true });
      try {
        await sent(socket, text, config.confirm);
        // What the system has taken is still sent.
        socket.destroySoon();
      } catch (thrown) {
        socket.destroy();
        throw thrown;
      } finally {
        signal.removeEventListener("abort", giveUp);
      }
    },
    close() {
      current?.destroy();
    },
  };
}

function sent(socket: Socket, text: string, confirm: TcpSenderConfig["confirm"]): Promise<void> {
  return new Promise((resolve, reject) => {
    const beganMs = performance.now();
    let pause: NodeJS.Timeout | undefined;
    let ending = false;
    // Not once: an error after the first one that nobody listens to would end the process.
    socket.on("error", reject);
    socket.once("close", () => {
      clearTimeout(pause);
      reject(new Error("the connection was closed before everything was read"));
    });
    // Who closes before our end did not wait for everything.
    socket.once("end", () => {
      if (ending) resolve();
      else reject(new Error("the peer closed the connection too early"));
    });
    // What a peer says is of no interest, but its end is seen only by who reads.
    socket.resume();
    const end = () => {
      ending = true;
      socket.end(() => {
        if (confirm === "sent") resolve();
      });
    };
    socket.once("connect", () => {
      const connectMs = performance.now() - beganMs;
      socket.write(text, (error) => {
        // By then it has arrived: a peer that closes without reading it is heard to reset, one that closed before is
        // heard to close. Without the pause its close could not be told from the one that is waited for.
        const pauseMs = Math.min(Math.max(2 * connectMs, shortestPauseMs), longestPauseMs);
        if (error == null && !socket.destroyed) pause = setTimeout(end, pauseMs);
      });
    });
  });
}
