// How near the process is to its last descriptor, told by the number of one that it has just been given.
import { readFileSync } from "node:fs";
import type { Socket } from "node:net";
import { descriptorOf } from "./unix-peer.ts";

/** What inputs leave free: for so many connections over HTTPS, and for the files and programs of what they ask. */
export const keptFromInputs = 28;
/** What connections over HTTPS leave free, for the files and programs of those that are served. */
export const keptFromConnections = 10;

/**
 * True for a connection that took one of the last `kept` descriptors. The system gives the lowest free number, so a high
 * one says that those below are in use.
 */
export function createShortage(limit: number = softLimit()): (socket: Socket, kept: number) => boolean {
  return (socket, kept) => (descriptorOf(socket) ?? 0) >= limit - kept;
}

/** RLIMIT_NOFILE (proc(5)); no limit where the system does not tell. */
function softLimit(): number {
  try {
    const limits = readFileSync("/proc/self/limits", "latin1");
    const found = Number(/^Max open files +(\d+)/m.exec(limits)?.[1]);
    return Number.isNaN(found) ? Number.POSITIVE_INFINITY : found;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
