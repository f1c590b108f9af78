// A larger receive buffer for a UDP socket: what the kernel keeps while the process is busy with something else.
import type { Socket } from "node:dgram";
import { createRequire } from "node:module";
import { handleOf } from "./socket-handle.ts";

const solSocket = 1;
/** Root may go beyond `net.core.rmem_max` with it (socket(7)). */
const soReceiveBufferForce = 33;

/**
 * Asks for so many bytes and says how many were granted, as the kernel counts them: twice what was asked for, each
 * datagram costing some hundred bytes more than it holds.
 */
export function raiseReceiveBuffer(socket: Socket, bytes: number): number {
  socket.setRecvBufferSize(bytes);
  if (socket.getRecvBufferSize() < 2 * bytes) force(socket, bytes);
  return socket.getRecvBufferSize();
}

function force(socket: Socket, bytes: number): void {
  const descriptor = handleOf(socket)?.fd;
  if (descriptor === undefined || process.getuid?.() !== 0) return;
  try {
    const koffi = createRequire(import.meta.url)("koffi") as typeof import("koffi");
    const set = koffi
      .load(null)
      .func("int setsockopt(int fd, int level, int name, const int *value, uint32_t size)");
    set(descriptor, solSocket, soReceiveBufferForce, [bytes], 4);
  } catch {
    // Without the library the kernel's own limit stands; the caller tells how much was granted.
  }
}
