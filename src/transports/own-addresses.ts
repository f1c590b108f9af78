// Which addresses are this host's own: a connection from one of them comes from a user of this host.
import { networkInterfaces } from "node:os";
import type { Clock } from "../kernel/clock.ts";
import { plainAddress } from "./address-list.ts";

/** Addresses come and go with interfaces; to list them costs a system call for each. */
const freshMs = 1000;

/** True for all of loopback, and for addresses of the host's interfaces. */
export function createOwnAddresses(
  clock: Pick<Clock, "monotonicMs">,
  list: () => readonly string[] = interfaceAddresses,
): (address: string) => boolean {
  let own: ReadonlySet<string> = new Set();
  let listedMs = Number.NEGATIVE_INFINITY;
  return (address) => {
    const plain = plainAddress(address);
    if (plain === "::1" || plain.startsWith("127.")) return true;
    const nowMs = clock.monotonicMs();
    if (nowMs - listedMs > freshMs) {
      own = new Set(list().map(plainAddress));
      listedMs = nowMs;
    }
    return own.has(plain);
  };
}

function interfaceAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((all) => all?.map(({ address }) => address) ?? []);
}
