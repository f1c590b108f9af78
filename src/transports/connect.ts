// Connections by name: the name is looked up among all that the agent looks up, and forgotten with the connection.
import type { LookupAddress } from "node:dns";
import { once } from "node:events";
import { type LookupFunction, connect as netConnect, type Socket, type TcpNetConnectOpts } from "node:net";
import { type HostNames, hostNames, ofFamily } from "./host-names.ts";

export interface ConnectionNames {
  /** As `net.connect` and what is built on it take it. */
  readonly lookup: LookupFunction;
  /** Nobody waits any more for what is being looked up. */
  giveUp(): void;
}

export interface ConnectionNameOptions {
  /** The name was chosen by a caller of this agent. */
  readonly ofCaller?: boolean;
  /** Why none of these may be connected to. */
  readonly refuse?: (name: string, addresses: readonly LookupAddress[]) => Error | undefined;
}

/** For one connection. */
export function connectionNames(
  { ofCaller, refuse }: ConnectionNameOptions = {},
  names: HostNames = hostNames,
): ConnectionNames {
  const waiting = new Set<() => void>();
  const lookup: LookupFunction = (name, { all, family, hints }, callback) => {
    const fail = (error: Error) => callback(error, []);
    try {
      const takeBack = names.ask({ name, hints, ofCaller }, (found) => {
        waiting.delete(takeBack);
        const answer = ofFamily(found, { name, family });
        if ("error" in answer) return fail(answer.error);
        const refusal = refuse?.(name, answer.addresses);
        if (refusal !== undefined) return fail(refusal);
        const [first] = answer.addresses;
        if (all === true || first === undefined) callback(null, [...answer.addresses]);
        else callback(null, first.address, first.family);
      });
      waiting.add(takeBack);
    } catch (thrown) {
      // Who asks does not expect to be told at once.
      process.nextTick(fail, thrown as Error);
    }
  };
  return {
    lookup,
    giveUp() {
      for (const takeBack of waiting) takeBack();
      waiting.clear();
    },
  };
}

/** As `net.connect`. A socket that is destroyed waits for no name. */
export function connect(options: Omit<TcpNetConnectOpts, "lookup">): Socket {
  const { lookup, giveUp } = connectionNames();
  const socket = netConnect({ ...options, lookup });
  socket.once("close", giveUp);
  return socket;
}

/** A connection that stands. Rejects as the system does, and when the signal aborts. */
export async function connected(
  { host, port }: { readonly host: string; readonly port: number },
  signal: AbortSignal,
): Promise<Socket> {
  signal.throwIfAborted();
  const socket = connect({ host, port });
  try {
    await once(socket, "connect", { signal });
    return socket;
  } catch (thrown) {
    // An error that comes later, and that nobody listens to, would end the process.
    socket.on("error", () => {});
    socket.destroy();
    throw thrown;
  }
}
