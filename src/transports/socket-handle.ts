// What is behind a datagram socket of the runtime: its descriptor, and the switch for its events. Not its public face.
import type { Socket } from "node:dgram";

export interface SocketHandle {
  readonly fd: number;
  /** Datagrams become events. */
  recvStart(): number;
  /** Datagrams wait in the kernel's buffer. */
  recvStop(): number;
}

/** Undefined where the runtime does not have it as expected. The socket must be bound. */
export function handleOf(socket: Socket): SocketHandle | undefined {
  for (const symbol of Object.getOwnPropertySymbols(socket)) {
    const state = (socket as unknown as Record<symbol, unknown>)[symbol];
    const handle =
      typeof state === "object" && state !== null && "handle" in state ? state.handle : undefined;
    if (isHandle(handle)) return handle;
  }
  return undefined;
}

function isHandle(value: unknown): value is SocketHandle {
  if (typeof value !== "object" || value === null) return false;
  const { fd, recvStart, recvStop } = value as Partial<SocketHandle>;
  return (
    typeof fd === "number" && fd >= 0 && typeof recvStart === "function" && typeof recvStop === "function"
  );
}
