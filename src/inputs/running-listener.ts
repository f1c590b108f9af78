// A listener at work, as others see it: its report, and its end.
import type { Listener } from "./listener.ts";
import type { Sockets } from "./listener-sockets.ts";
import type { ListenerTally } from "./listener-tally.ts";

interface Parts {
  readonly name: string;
  readonly sockets: Sockets;
  readonly tally: ListenerTally;
  /** Brings the counts up to date, where they are not kept with each line. */
  readonly count?: () => void;
  /** Hands on what waits, once nothing more comes in. */
  readonly finish: () => Promise<void>;
}

export function runningListener({ name, sockets, tally, count, finish }: Parts): Listener {
  let stopped: Promise<void> | undefined;
  return {
    async report() {
      count?.();
      const { addresses, connections, denied, receiveBufferBytes } = sockets;
      const kernelDrops = await sockets.kernelDrops();
      return { name, ...tally.figures, addresses, connections, denied, receiveBufferBytes, kernelDrops };
    },
    stop() {
      stopped ??= sockets.stop().then(finish);
      return stopped;
    },
  };
}
