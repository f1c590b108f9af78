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

/** Those whose last request has come whole: what comes behind it is for nobody. */
const done = new WeakSet<Socket>();

/** What goes on in place of the handle, where somebody keeps what has come already. */
const continuations = new WeakMap<Socket, () => void>();

/** Whether somebody has a reason for it not to be read. */
export function isStopped(socket: Socket): boolean {
  return (stops.get(socket) ?? 0) > 0 && !always.has(socket);
}

/** Reads the connection from now on, so that its end is seen: for answers that go on until the other side has left. */
export function keepReading(socket: Socket): void {
  const wasStopped = (stops.get(socket) ?? 0) > 0;
  stops.set(socket, 1);
  if (wasStopped) startReading(socket);
  always.add(socket);
}

/** From now on what comes is read, so that the end is seen, and dropped by whoever looks at `isRestDropped`. */
export function dropRest(socket: Socket): void {
  done.add(socket);
}

export function isRestDropped(socket: Socket): boolean {
  return done.has(socket);
}

/** What was read already still comes, unless somebody keeps it (`continueWith`). Each stop has one start. */
export function stopReading(socket: Socket): void {
  if (always.has(socket)) return;
  const count = (stops.get(socket) ?? 0) + 1;
  stops.set(socket, count);
  if (count === 1 && !continuations.has(socket)) halt(socket);
}

export function startReading(socket: Socket): void {
  if (always.has(socket)) return;
  const count = (stops.get(socket) ?? 0) - 1;
  stops.set(socket, Math.max(0, count));
  if (count > 0) return;
  (continuations.get(socket) ?? goOn)(socket);
}

/**
 * From now on somebody looks at `isStopped` before giving on what comes, and halts the connection when something does.
 * `resume` is called once nobody has a reason against it any more.
 */
export function continueWith(socket: Socket, resume: () => void): void {
  continuations.set(socket, resume);
}

/** It is read as before `continueWith`, and stopped if somebody has a reason. */
export function endContinuing(socket: Socket): void {
  continuations.delete(socket);
  if (isStopped(socket)) halt(socket);
}

/** For as long as nobody calls `goOn`: by itself, without a reason that is counted. */
export function halt(socket: Socket): void {
  const handle = handleOf(socket);
  if (handle?.readStop === undefined) return void socket.pause();
  handle.readStop();
  // The stream would start a handle again that does not call itself reading.
  handle.reading = true;
}

export function goOn(socket: Socket): void {
  if (socket.destroyed) return;
  const handle = handleOf(socket);
  if (handle?.readStart === undefined) return void socket.resume();
  handle.reading = true;
  handle.readStart();
}
