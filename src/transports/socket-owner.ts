// Which user of this host holds the other end of a connection within it, as the kernel says (sock_diag(7)).
//
// One question about one connection, not a list of all: the answer takes as long beside fifty thousand sockets.
import { closeSync, openSync, readSync } from "node:fs";
import { addressBytes } from "./address-bytes.ts";
import { type KernelSockets, loadKernelSockets } from "./kernel-sockets.ts";

/** A connection as this end sees it; addresses as Node gives them, IPv4 within IPv6 included. */
export interface ConnectionEnds {
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
}

export interface SocketOwner {
  /**
   * User id of the process that made the other end's socket; undefined where the kernel does not say so for sure, as of a
   * socket that was closed meanwhile: such a one would count as root's.
   */
  uidOf(ends: ConnectionEnds): number | undefined;
  close(): void;
}

const [familyV4, familyV6] = [2, 10];
const netlink = { family: 16, raw: 3 | 0o2000000, diagnostics: 4 } as const;
/** struct nlmsghdr and struct inet_diag_req_v2; struct inet_diag_msg of the answer (linux/inet_diag.h). */
const layout = { header: 16, request: 72, id: 8, answerId: 4, uid: 64, inode: 68, answer: 72 } as const;
const sockDiagByFamily = 20;
const protocolTcp = 6;
const doNotWait = 0x40;
const anything = 0xffff_ffff;
/** Answers to older questions, which were given up, that may lie before ours. */
const staleAtMost = 8;

export function createSocketOwner(): SocketOwner {
  const calls = loadKernelSockets();
  const descriptor = calls?.socket(netlink.family, netlink.raw, netlink.diagnostics) ?? -1;
  if (calls === undefined || descriptor < 0) return { uidOf: uidFromTable, close() {} };
  return overNetlink(calls, descriptor);
}

function overNetlink(calls: KernelSockets, descriptor: number): SocketOwner {
  const request = Buffer.alloc(layout.request);
  const answer = Buffer.alloc(1024);
  let sequence = 0;
  let isOpen = true;
  return {
    uidOf(ends) {
      if (!isOpen) return undefined;
      sequence = (sequence + 1) % anything;
      writeRequest(request, ends, sequence);
      if (calls.send(descriptor, request, request.length, doNotWait) !== request.length) return undefined;
      for (let stale = 0; stale < staleAtMost; stale += 1) {
        const lengthBytes = calls.recv(descriptor, answer, answer.length, doNotWait);
        if (lengthBytes < layout.header) return undefined;
        if (answer.readUInt32LE(8) === sequence) return readAnswer(answer, lengthBytes);
      }
      return undefined;
    },
    close() {
      if (isOpen) calls.close(descriptor);
      isOpen = false;
    },
  };
}

/** The other end is the source here: its socket is what is asked for. */
function writeRequest(into: Buffer, ends: ConnectionEnds, sequence: number): void {
  const remote = addressBytes(ends.remoteAddress);
  into.fill(0);
  into.writeUInt32LE(into.length, 0);
  into.writeUInt16LE(sockDiagByFamily, 4);
  into.writeUInt16LE(1, 6);
  into.writeUInt32LE(sequence, 8);
  into[layout.header] = remote.length === 4 ? familyV4 : familyV6;
  into[layout.header + 1] = protocolTcp;
  into.writeUInt32LE(anything, layout.header + 4);
  const id = layout.header + layout.id;
  into.writeUInt16BE(ends.remotePort, id);
  into.writeUInt16BE(ends.localPort, id + 2);
  remote.copy(into, id + 4);
  addressBytes(ends.localAddress).copy(into, id + 20);
  into.writeUInt32LE(anything, id + 40);
  into.writeUInt32LE(anything, id + 44);
}

function readAnswer(answer: Buffer, lengthBytes: number): number | undefined {
  if (answer.readUInt16LE(4) !== sockDiagByFamily || lengthBytes < layout.header + layout.answer)
    return undefined;
  // A socket without an inode belongs to nobody any more, and its user id is 0 whoever had it.
  const inode = answer.readUInt32LE(layout.header + layout.inode);
  return inode === 0 ? undefined : answer.readUInt32LE(layout.header + layout.uid);
}

const tables = { 4: "/proc/net/tcp", 16: "/proc/net/tcp6" } as const;
/** A table that is longer is not read: who stands at the other end is then not known. */
const tableLimitBytes = 64 * 1024;

/** Where there is no netlink: the kernel's table of all sockets, while it is short. */
export function uidFromTable(ends: ConnectionEnds, limitBytes = tableLimitBytes): number | undefined {
  const remote = addressBytes(ends.remoteAddress);
  const local = addressBytes(ends.localAddress);
  const ownTable = tables[remote.length as 4 | 16];
  const plain = `${tableAddress(remote)}:${hexPort(ends.remotePort)} ${tableAddress(local)}:${hexPort(ends.localPort)}`;
  const found = uidInTable(ownTable, { ends: plain, limitBytes });
  if (found !== undefined || remote.length !== 4) return found;
  const within = "0000000000000000FFFF0000";
  const ends6 = `${within}${tableAddress(remote)}:${hexPort(ends.remotePort)} ${within}${tableAddress(local)}:${hexPort(ends.localPort)}`;
  return uidInTable(tables[16], { ends: ends6, limitBytes });
}

function uidInTable(
  path: string,
  { ends, limitBytes }: { readonly ends: string; readonly limitBytes: number },
): number | undefined {
  const text = readStart(path, limitBytes);
  if (text === undefined) return undefined;
  const line = text.split("\n").find((one) => one.includes(` ${ends} `));
  // sl, local, remote, state, queues, timer, retransmits, uid, timeout, inode (proc_net_tcp(5)).
  const fields = line?.trim().split(/ +/) ?? [];
  return fields[9] === undefined || fields[9] === "0" ? undefined : Number(fields[7]);
}

/** Undefined where the file is longer than the limit, or not to be read. */
function readStart(path: string, limitBytes: number): string | undefined {
  try {
    const file = openSync(path, "r");
    try {
      const bytes = Buffer.allocUnsafe(limitBytes + 1);
      let lengthBytes = 0;
      for (let more = 1; more > 0 && lengthBytes < bytes.length; lengthBytes += more)
        more = readSync(file, bytes, lengthBytes, bytes.length - lengthBytes, null);
      return lengthBytes > limitBytes ? undefined : bytes.toString("latin1", 0, lengthBytes);
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
}

/** Words of four bytes, each in the machine's own order. */
function tableAddress(bytes: Buffer): string {
  const copy = Buffer.from(bytes);
  return copy.swap32().toString("hex").toUpperCase();
}

function hexPort(port: number): string {
  return port.toString(16).toUpperCase().padStart(4, "0");
}
