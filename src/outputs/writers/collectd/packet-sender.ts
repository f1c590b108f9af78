// Packets over UDP: a connected socket, so that the peer's host can say that nobody listens, and a pace.
import { createSocket, type Socket } from "node:dgram";
import { lookup } from "node:dns/promises";
import { once } from "node:events";
import type { Clock } from "../../../kernel/clock.ts";

/**
 * The peer's buffer may hold no more than a hundred packets: at this pace it may be kept from reading for 50 ms. Still
 * more than 30,000 metrics in a second.
 */
const packetsInARow = 16;
const pauseMs = 10;

export interface PacketSender {
  /** Resolves when the kernel has all of them; rejects when it refuses one, or when the peer's host does. */
  send(packets: readonly Buffer[], signal: AbortSignal): Promise<void>;
  close(): void;
}

interface Connection {
  readonly socket: Socket;
  /** What came back from the peer's host since the connection was made. */
  refusal: Error | undefined;
}

export function createPacketSender(
  { host, port }: { host: string; port: number },
  clock: Clock,
): PacketSender {
  let connection: Connection | undefined;
  const close = () => {
    connection?.socket.close();
    connection = undefined;
  };
  const pause = () => new Promise<void>((resolve) => clock.after(pauseMs, resolve));
  return {
    async send(packets, signal) {
      connection ??= await connected(host, port);
      try {
        for (const [place, packet] of packets.entries()) {
          if (place > 0 && place % packetsInARow === 0) await pause();
          await sent(connection, packet, signal);
        }
        // A refusal of the last packet comes a moment later, if the peer is not far.
        await pause();
        if (connection.refusal !== undefined) throw connection.refusal;
      } catch (thrown) {
        close();
        throw thrown;
      }
    },
    close,
  };
}

/** The name is looked up for each connection: it may have moved. */
async function connected(host: string, port: number): Promise<Connection> {
  const { address, family } = await lookup(host);
  const socket = createSocket(family === 6 ? "udp6" : "udp4");
  try {
    socket.connect(port, address);
    await once(socket, "connect");
  } catch (thrown) {
    socket.close();
    throw thrown;
  }
  const connection: Connection = { socket, refusal: undefined };
  socket.on("error", (error) => {
    connection.refusal ??= error;
  });
  return connection;
}

function sent(connection: Connection, packet: Buffer, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) reject(new Error("given up"));
    else if (connection.refusal !== undefined) reject(connection.refusal);
    else connection.socket.send(packet, (error) => (error === null ? resolve() : reject(error)));
  });
}
