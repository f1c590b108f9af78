// Where a request comes from: this host's owner, another user of it, or another host. Never more than the kernel says.
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import type { Clock } from "../../kernel/clock.ts";
import { isOwnHost, plainAddress } from "../../transports/address-list.ts";
import { createOwnAddresses } from "../../transports/own-addresses.ts";
import { createSocketOwner, type SocketOwner } from "../../transports/socket-owner.ts";
import { createUnixPeer } from "../../transports/unix-peer.ts";

/**
 * `socket`: over the unix socket, by root or the agent's own user, who own the agent.
 * `agent-user`: over the network from this host, by one of the same two.
 * `local-user`: by any other user of this host.
 * `unknown`: from this host, but the kernel does not say by whom, or in somebody else's name.
 * `host`: from another host.
 */
export type Standing = "socket" | "agent-user" | "local-user" | "unknown" | "host";

export interface Peers {
  /** Of a connection that has just come; asked once for each. */
  meet(socket: Socket): Standing;
  /** Of the sender of a request, as it was when the connection came. */
  standingOf(request: IncomingMessage): Standing;
  stop(): void;
}

export interface PeersNeeds {
  readonly clock: Pick<Clock, "monotonicMs">;
  /** Asks the kernel; the real one when absent. */
  readonly socketOwner?: SocketOwner;
}

export function createPeers({ clock, socketOwner = createSocketOwner() }: PeersNeeds): Peers {
  const isOwn = createOwnAddresses(clock);
  const unixUid = createUnixPeer();
  /** By the ends of a connection, as long as it stands: its socket is another object once it is encrypted. */
  const known = new Map<string, Standing>();
  const ofSocket = new WeakMap<Socket, Standing>();
  const standingOf = (socket: Socket): Standing => {
    if (socket instanceof TLSSocket) return known.get(keyOf(socket)) ?? "unknown";
    const uid = unixUid(socket);
    // Where the kernel cannot be asked, the socket's file permissions are its lock.
    return uid === undefined || isOwner(uid) ? "socket" : "local-user";
  };
  const lookUp = (socket: Socket): Standing => {
    const { remoteAddress } = socket;
    // Who is gone already may have been anybody.
    if (remoteAddress === undefined) return "unknown";
    const uid = socketOwner.uidOf(endsOf(socket));
    // A user id is found for sockets of this host only, also of an address that it has just been given.
    if (uid === undefined) return isOwn(remoteAddress) ? "unknown" : "host";
    if (!isOwner(uid)) return "local-user";
    // Only 127.0.0.1 and ::1 are the host itself; from other addresses of it, root is a host that api.allow lists.
    return isOwnHost(remoteAddress) ? "agent-user" : "host";
  };
  return {
    meet(socket) {
      const standing = lookUp(socket);
      const key = keyOf(socket);
      known.set(key, standing);
      socket.once("close", () => known.delete(key));
      return standing;
    },
    standingOf(request) {
      const { socket } = request;
      const standing = ofSocket.get(socket) ?? standingOf(socket);
      ofSocket.set(socket, standing);
      const isOfThisHost = standing === "agent-user" || standing === "local-user";
      return isOfThisHost && socket instanceof TLSSocket && speaksForOthers(request) ? "unknown" : standing;
    },
    stop: () => socketOwner.close(),
  };
}

/** Root, or the user that the agent runs as. */
function isOwner(uid: number): boolean {
  return uid === 0 || uid === process.geteuid?.();
}

/** Headers by which a proxy tells that it speaks for somebody else (RFC 7239; RFC 9110 §7.6.3). */
function speaksForOthers({ headers }: IncomingMessage): boolean {
  const { forwarded, via, "x-real-ip": realIp } = headers;
  if (forwarded !== undefined || via !== undefined || realIp !== undefined) return true;
  for (const name in headers) if (name.startsWith("x-forwarded")) return true;
  return false;
}

function keyOf({ localAddress, localPort, remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localAddress} ${localPort}`;
}

function endsOf({ localAddress, localPort, remoteAddress, remotePort }: Socket) {
  return {
    localAddress: plainAddress(localAddress ?? ""),
    localPort: localPort ?? 0,
    remoteAddress: plainAddress(remoteAddress ?? ""),
    remotePort: remotePort ?? 0,
  };
}
