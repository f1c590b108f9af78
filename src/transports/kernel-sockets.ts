// The few calls of the C library that ask the kernel about sockets: who stands at the other end of a connection.
import { createRequire } from "node:module";
import { endianness } from "node:os";

/** Numbers as in C: a descriptor, a length or 0 on success, -1 on failure. Buffers are filled in place. */
export interface KernelSockets {
  socket(family: number, type: number, protocol: number): number;
  send(descriptor: number, bytes: Buffer, lengthBytes: number, flags: number): number;
  recv(descriptor: number, into: Buffer, lengthBytes: number, flags: number): number;
  getsockopt(descriptor: number, level: number, name: number, into: Buffer, lengthBytes: Int32Array): number;
  close(descriptor: number): number;
}

/** Undefined where the foreign-function library is missing, or numbers lie in memory in another order. */
export function loadKernelSockets(): KernelSockets | undefined {
  if (process.platform !== "linux" || endianness() !== "LE") return undefined;
  try {
    const koffi = createRequire(import.meta.url)("koffi") as typeof import("koffi");
    const c = koffi.load(null);
    return {
      socket: c.func("int socket(int, int, int)"),
      send: c.func("intptr_t send(int, void *, size_t, int)"),
      recv: c.func("intptr_t recv(int, void *, size_t, int)"),
      getsockopt: c.func("int getsockopt(int, int, int, void *, int *)"),
      close: c.func("int close(int)"),
    };
  } catch {
    return undefined;
  }
}
