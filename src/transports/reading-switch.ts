// Stops a connection from being read and goes on later, also where a parser of the runtime's reads it by itself.
import type { Socket } from "node:net";

/** Not the runtime's public face: its own `pause` does not reach a handle that a parser has taken over. */
interface Handle {
  reading?: boolean;
  readStop?: () => unknown;
  readStart?: () => unknown;
}

function handleOf(socket: Socket): Handle | undefined {
  return (socket as unknown as { readonly _handle?: Handle | null })._handle ?? undefined;
}

/** How many have a reason for it not to be read. */
const stops = new WeakMap<Socket, number>();

/** Those that are read whatever anybody says. */
const always = new WeakSet<Socket>();

/** Reads the connection from now on, so that its end is seen: for answers that go on until the other side has left. */
export function keepReading(socket: Socket): void {
  const wasStopped = (stops.get(socket) ?? 0) > 0;
  stops.set(socket, 1);
  if (wasStopped) startReading(socket);
  always.add(socket);
}

/** What was read already still comes. Each stop has one start. */
export function stopReading(socket: Socket): void {
  if (always.has(socket)) return;
  const count = (stops.get(socket) ?? 0) + 1;
  stops.set(socket, count);
  if (count > 1) return;
  const handle = handleOf(socket);
  if (handle?.readStop === undefined) return void socket.pause();
  handle.reading = false;
  handle.readStop();
}

export function startReading(socket: Socket): void {
  if (always.has(socket)) return;
  const count = (stops.get(socket) ?? 0) - 1;
  stops.set(socket, Math.max(0, count));
  if (count > 0 || socket.destroyed) return;
  const handle = handleOf(socket);
  if (handle?.readStart === undefined) return void socket.resume();
  handle.reading = true;
  handle.readStart();
}
