// One attempt at a TCP connection, names and all, within one deadline.
import type { LookupAddress } from "node:dns";
import { connect, type LookupFunction } from "node:net";
import type { FunctionHost } from "./function-host.ts";
import { addressesOf } from "./host-names.ts";

export interface Target {
  readonly name: string;
  readonly port: number;
  readonly timeoutMs: number;
}

type TcpHost = Pick<FunctionHost, "clock" | "signal">;

/** False also when the evaluation is given up. Never rejects. */
export function canConnect({ name, port, timeoutMs }: Target, host: TcpHost): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: name, port, lookup: lookupFor(host), autoSelectFamily: true });
    const end = (succeeded: boolean) => {
      timer.cancel();
      host.signal?.removeEventListener("abort", fail);
      socket.destroy();
      resolve(succeeded);
    };
    const fail = () => end(false);
    const timer = host.clock.after(timeoutMs, fail);
    host.signal?.addEventListener("abort", fail, { once: true });
    socket.once("connect", () => end(true));
    // Not once: an error after the first one that nobody listens to would end the process.
    socket.on("error", fail);
    if (host.signal?.aborted === true) fail();
  });
}

function lookupFor(host: TcpHost): LookupFunction {
  return (name, options, callback) => {
    void addressesOf(name, host).then((addresses: readonly LookupAddress[]) => {
      const [first] = addresses;
      if (first === undefined) callback(new Error(`nobody knows ${name}`), "");
      else if (options.all === true) callback(null, [...addresses]);
      else callback(null, first.address, first.family);
    });
  };
}
