// Datagrams: one socket with a large buffer, who may send to it, and what was lost before it was read.
import { createSocket, type Socket } from "node:dgram";
import { isIPv4, isIPv6 } from "node:net";
import { AgentError, reasonOf, systemCode } from "../kernel/errors.ts";
import type { AddressList } from "./address-list.ts";
import { createDatagramDrain, type Datagram } from "./datagram-drain.ts";
import { createDatagramPace } from "./datagram-pace.ts";
import { kernelDropsOf } from "./kernel-drops.ts";
import { formatHost } from "./listener.ts";
import { raiseReceiveBuffer } from "./receive-buffer.ts";
import { handleOf } from "./socket-handle.ts";

export interface UdpSettings {
  /** A multicast group is joined, and its port may be shared with others that joined it. */
  readonly host: string;
  readonly port: number;
  /** Asked of the kernel. */
  readonly receiveBufferBytes: number;
  /** Who may send; everybody when it is empty. */
  readonly allow: AddressList;
}

export interface UdpListener {
  /** `host:port`. */
  readonly address: string;
  /** Granted by the kernel. */
  readonly receiveBufferBytes: number;
  readonly datagrams: number;
  /** Datagrams of senders that are not allowed. */
  readonly denied: number;
  /** Datagrams that the kernel dropped; undefined where it does not tell. */
  kernelDrops(): Promise<number | undefined>;
  /** Resolves when nothing more is handed on. */
  stop(): Promise<void>;
}

const sendersRemembered = 4096;

/** Rejects with `listen.taken` or `listen.failed`. `onDatagram` must not throw. */
export async function startUdpListener(
  settings: UdpSettings,
  onDatagram: (datagram: Datagram) => void,
): Promise<UdpListener> {
  const socket = await bindUdp(settings);
  const receiveBufferBytes = raiseReceiveBuffer(socket, settings.receiveBufferBytes);
  const isAllowed = allowance(settings.allow);
  let datagrams = 0;
  let denied = 0;
  const take = (datagram: Datagram) => {
    datagrams += 1;
    if (isAllowed === undefined || isAllowed(datagram.sender())) onDatagram(datagram);
    else denied += 1;
  };
  const handle = handleOf(socket);
  const drain = handle === undefined ? undefined : createDatagramDrain(handle.fd);
  const pace = handle && drain && createDatagramPace(handle, drain, take);
  socket.on("message", (bytes, { address }) => {
    take({ bytes, from: 0, to: bytes.length, sender: () => address });
    pace?.onEvent();
  });
  // A reset by a sender's host is no fault of the listener.
  socket.on("error", () => {});
  const { address, port } = socket.address();
  let stopped: Promise<void> | undefined;
  return {
    address: `${formatHost(address)}:${port}`,
    receiveBufferBytes,
    get datagrams() {
      return datagrams;
    },
    get denied() {
      return denied;
    },
    kernelDrops: async () => (handle === undefined ? undefined : await kernelDropsOf(handle.fd)),
    stop: () => {
      pace?.stop();
      drain?.close();
      stopped ??= new Promise((resolve) => socket.close(() => resolve()));
      return stopped;
    },
  };
}

/** Rejects with `listen.taken` or `listen.failed`. */
export function bindUdp({ host, port }: Pick<UdpSettings, "host" | "port">): Promise<Socket> {
  const type = isIPv6(host) ? "udp6" : "udp4";
  const socket = createSocket({ type, ipv6Only: false, reuseAddr: isMulticast(host) });
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => {
      socket.close();
      const code = systemCode(error) === "EADDRINUSE" ? "listen.taken" : "listen.failed";
      const facts = { address: `udp://${formatHost(host)}:${port}`, errno: systemCode(error) ?? "" };
      reject(new AgentError(code, { ...facts, reason: reasonOf(error), cause: error }));
    };
    socket.once("error", fail);
    socket.bind({ address: host, port }, () => {
      socket.removeAllListeners("error");
      try {
        if (isMulticast(host)) socket.addMembership(host);
        resolve(socket);
      } catch (thrown) {
        fail(thrown as Error);
      }
    });
  });
}

/** 224.0.0.0/4 and ff00::/8. */
function isMulticast(host: string): boolean {
  if (isIPv6(host)) return /^ff/i.test(host);
  return isIPv4(host) && (Number.parseInt(host, 10) & 0xf0) === 0xe0;
}

/** Undefined when everybody is. Verdicts are remembered: the same few senders come again and again. */
function allowance(allow: AddressList): ((sender: string) => boolean) | undefined {
  if (allow.isEmpty) return undefined;
  const known = new Map<string, boolean>();
  return (sender) => {
    const verdict = known.get(sender);
    if (verdict !== undefined) return verdict;
    if (known.size >= sendersRemembered) known.clear();
    const fresh = allow.has(sender);
    known.set(sender, fresh);
    return fresh;
  };
}
