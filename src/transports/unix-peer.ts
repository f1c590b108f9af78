// Which user stands at the other end of a unix socket (SO_PEERCRED, unix(7)): as whom it was connected to.
import type { Socket } from "node:net";
import { loadKernelSockets } from "./kernel-sockets.ts";

const [socketLevel, peerCredentials] = [1, 17];
const credentialsBytes = 12;

/** Gives undefined where the kernel cannot be asked; the socket's file permissions are its lock then. */
export function createUnixPeer(): (socket: Socket) => number | undefined {
  const calls = loadKernelSockets();
  const credentials = Buffer.alloc(credentialsBytes);
  return (socket) => {
    const descriptor = descriptorOf(socket);
    if (calls === undefined || descriptor === undefined) return undefined;
    const lengthBytes = Int32Array.of(credentialsBytes);
    const failed = calls.getsockopt(descriptor, socketLevel, peerCredentials, credentials, lengthBytes) !== 0;
    return failed ? undefined : credentials.readUInt32LE(4);
  };
}

/** Not of the runtime's public face: undefined where it is not as expected. */
export function descriptorOf(socket: Socket): number | undefined {
  const { _handle: handle } = socket as unknown as { readonly _handle?: { readonly fd?: unknown } | null };
  return typeof handle?.fd === "number" && handle.fd >= 0 ? handle.fd : undefined;
}
