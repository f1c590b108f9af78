// Packets over UDP: a connected socket, so that the peer's host can say that nobody listens, and a pace.
import { createSocket, type Socket } from "node:dgram";
import type { LookupAddress } from "node:dns";
import { once } from "node:events";
import type { Clock } from "../../../kernel/clock.ts";
import { hostNames } from "../../../transports/host-names.ts";
import type { ServerAddress } from "./server-address.ts";

/**
 * The peer's buffer may hold no more than a hundred packets: at this pace it may be kept from reading for 50 ms. Still
 * more than 30,000 metrics in a second.
 */
const packetsInARow = 16;
const pauseMs = 10;
/** A peer that moved says nothing: nobody answers here, and its old address may still take packets. */
const lookUpEveryMs = 5 * 60_000;

export interface PacketSender {
  /** Resolves when the kernel has all of them; rejects when it refuses one, or when the peer's host does. */
  send(packets: readonly Buffer[], signal: AbortSignal): Promise<void>;
  close(): void;
}

interface PacketSenderNeeds {
  readonly clock: Clock;
  /** All addresses of a name, the one to take first. */
  readonly lookUp?: (host: string, signal: AbortSignal) => Promise<readonly LookupAddress[]>;
}

interface Connection {
  readonly socket: Socket;
  readonly address: string;
  lookedUpMs: number;
  /** What came back from the peer's host since the connection was made. */
  refusal: Error | undefined;
}

const lookUpAll = (name: string, signal: AbortSignal) => hostNames.addressesOf({ name }, signal);

export function createPacketSender({ host, port }: ServerAddress, needs: PacketSenderNeeds): PacketSender {
  const { clock, lookUp = lookUpAll } = needs;
  let connection: Connection | undefined;
  const close = () => {
    connection?.socket.close();
    connection = undefined;
  };
  const pause = () => new Promise<void>((resolve) => clock.after(pauseMs, resolve));
  /** Looks the name up anew when that was long ago; where it cannot be, the address stays. */
  const check = async (known: Connection, signal: AbortSignal) => {
    if (clock.monotonicMs() - known.lookedUpMs < lookUpEveryMs) return;
    known.lookedUpMs = clock.monotonicMs();
    const found = await lookUp(host, signal).catch(() => []);
    const isGone = found.length > 0 && found.every(({ address }) => address !== known.address);
    if (isGone && connection === known) close();
  };
  const connect = async (signal: AbortSignal): Promise<Connection> => {
    const [found] = await lookUp(host, signal);
    if (found === undefined) throw new Error(`${host} has no address`);
    const lookedUpMs = clock.monotonicMs();
    return { socket: await connected(found, port), address: found.address, lookedUpMs, refusal: undefined };
  };
  return {
    async send(packets, signal) {
      if (connection !== undefined) await check(connection, signal);
      connection ??= noting(await connect(signal));
      try {
        for (const [place, packet] of packets.entries()) {
          if (place > 0 && place % packetsInARow === 0) await pause();
          await sent(connection, packet, signal);
        }
        // A refusal of the last packet comes a moment later, if the peer is not far.
        await pause();
        // A timer that is late comes before what the sockets have: they are asked once more.
        await new Promise((resolve) => setImmediate(resolve));
        if (connection.refusal !== undefined) throw connection.refusal;
      } catch (thrown) {
        close();
        throw thrown;
      }
    },
    close,
  };
}

async function connected({ address, family }: LookupAddress, port: number): Promise<Socket> {
  const socket = createSocket(family === 6 ? "udp6" : "udp4");
  try {
    socket.connect(port, address);
    await once(socket, "connect");
    return socket;
  } catch (thrown) {
    socket.close();
    throw thrown;
  }
}

function noting(connection: Connection): Connection {
  connection.socket.on("error", (error) => {
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
