// The sockets of one listener, whatever they carry: opened together, counted together, closed together.
import * as z from "zod";
import type { Pace } from "../kernel/pace.ts";
import { byteSize, duration } from "../kernel/schema.ts";
import { AddressList, isAddressRange } from "../transports/address-list.ts";
import type { Datagram } from "../transports/datagram-drain.ts";
import type { ListenUrl } from "../transports/listen-url.ts";
import {
  type StreamListener,
  type StreamReader,
  startStreamListener,
} from "../transports/stream-listener.ts";
import { startUdpListener, type UdpListener } from "../transports/udp-listener.ts";

/** Keys that every listener has beside its own. */
export const socketKeys = {
  allow: z
    .array(z.string().refine(isAddressRange, "expected an address or a CIDR range"))
    .default([])
    .describe("Who may send: addresses and CIDR ranges; everybody who reaches the address when empty."),
  receive_buffer: byteSize()
    .prefault("16MiB")
    .describe(
      "What the kernel keeps of datagrams while the agent is busy; root gets it beyond the system's limit.",
    ),
  max_connections: z
    .int()
    .min(1)
    .max(100_000)
    .default(1000)
    .describe("Connections served at once; more are closed."),
  idle_deadline: duration()
    .prefault("10m")
    .describe("A connection that brings nothing for so long is closed."),
  socket_mode: z
    .string()
    .regex(/^0?[0-7]{3}$/, "expected an octal mode such as 0660")
    .default("0660")
    .describe("Mode of a unix socket."),
};

export interface SocketSettings {
  readonly listen: readonly ListenUrl[];
  readonly allow: readonly string[];
  readonly receive_buffer: number;
  readonly max_connections: number;
  readonly idle_deadline: number;
  readonly socket_mode: string;
}

export interface SocketTakers {
  /** What connections bring is taken in parts, which share it. */
  readonly pace: Pace;
  /** Nothing is read from connections before it resolves. */
  readonly pressure: () => Promise<void> | undefined;
  readonly datagram: (datagram: Datagram) => void;
  readonly stream: (peer: string) => StreamReader;
}

export interface Sockets {
  readonly addresses: readonly string[];
  readonly connections: number;
  readonly denied: number;
  readonly datagrams: number;
  readonly receiveBufferBytes: number | undefined;
  kernelDrops(): Promise<number | undefined>;
  stop(): Promise<void>;
}

/** Rejects with `listen.taken` or `listen.failed`, and then leaves none open. */
export async function openSockets(settings: SocketSettings, takers: SocketTakers): Promise<Sockets> {
  const datagrams: UdpListener[] = [];
  const streams: StreamListener[] = [];
  const addresses: string[] = [];
  const all = () => [...datagrams, ...streams];
  const stop = async () => void (await Promise.all(all().map((one) => one.stop())));
  try {
    for (const url of settings.listen) {
      const opened = await open(settings, url, takers);
      addresses.push(opened.address);
      if ("kernelDrops" in opened) datagrams.push(opened);
      else streams.push(opened);
    }
  } catch (thrown) {
    await stop();
    throw thrown;
  }
  return {
    addresses,
    get connections() {
      return streams.reduce((sum, { open }) => sum + open, 0);
    },
    get denied() {
      return all().reduce((sum, { denied }) => sum + denied, 0);
    },
    get datagrams() {
      return datagrams.reduce((sum, one) => sum + one.datagrams, 0);
    },
    receiveBufferBytes: datagrams[0]?.receiveBufferBytes,
    async kernelDrops() {
      const drops = await Promise.all(datagrams.map((one) => one.kernelDrops()));
      const known = drops.filter((count) => count !== undefined);
      return known.length === 0 ? undefined : known.reduce((sum, count) => sum + count, 0);
    },
    stop,
  };
}

function open(
  settings: SocketSettings,
  url: ListenUrl,
  takers: SocketTakers,
): Promise<UdpListener | StreamListener> {
  return url.protocol === "udp" ? openUdp(settings, url, takers) : openStream(settings, url, takers);
}

function openUdp(
  { allow, receive_buffer: receiveBufferBytes }: SocketSettings,
  { host, port }: Extract<ListenUrl, { protocol: "udp" }>,
  { datagram }: SocketTakers,
): Promise<UdpListener> {
  return startUdpListener({ host, port, receiveBufferBytes, allow: new AddressList(allow) }, datagram);
}

function openStream(
  settings: SocketSettings,
  url: Exclude<ListenUrl, { protocol: "udp" }>,
  { stream, pressure, pace }: SocketTakers,
): Promise<StreamListener> {
  return startStreamListener(
    {
      url,
      maxConnections: settings.max_connections,
      idleMs: settings.idle_deadline,
      allow: new AddressList(settings.allow),
      mode: Number.parseInt(settings.socket_mode, 8),
      pressure,
      pace,
    },
    stream,
  );
}
