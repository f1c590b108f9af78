// When datagrams come faster than an event for each can be borne, they are left to gather and are read by the clock.
import type { Datagram, DatagramDrain } from "./datagram-drain.ts";
import type { SocketHandle } from "./socket-handle.ts";

/** Time in which is counted how many come. */
const windowMs = 20;
/** From so many in a window on they are read by the clock; below a quarter of it, as they come. */
const manyInWindow = 100;
const tickMs = 1;

export interface DatagramPace {
  /** To be called with each event; what waits behind it is read at once. */
  onEvent(): void;
  stop(): void;
}

/** Hands each datagram that it reads to `take`. */
export function createDatagramPace(
  handle: SocketHandle,
  drain: DatagramDrain,
  take: (datagram: Datagram) => void,
): DatagramPace {
  let count = 0;
  let windowEndMs = 0;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const note = (datagram: Datagram) => {
    count += 1;
    take(datagram);
  };
  /** How many came in the window that has just ended; undefined within one. */
  const windowCount = () => {
    const nowMs = performance.now();
    if (nowMs < windowEndMs) return undefined;
    const ended = count;
    count = 0;
    windowEndMs = nowMs + windowMs;
    return ended;
  };
  const tick = () => {
    drain.run(note);
    const ended = windowCount();
    if (stopped) return;
    if (ended === undefined || ended >= manyInWindow / 4) timer?.refresh();
    else {
      timer = undefined;
      handle.recvStart();
    }
  };
  return {
    onEvent() {
      if (stopped || timer !== undefined) return;
      count += 1;
      const isLong = drain.run(note);
      const ended = windowCount();
      // A window that has just begun after a silence says nothing of what comes now. Where the limit of one turn was
      // reached, the runtime would give up to thirty more in the same turn, and each would be another such time.
      if (!isLong && count < manyInWindow && (ended ?? 0) < manyInWindow) return;
      handle.recvStop();
      timer = setTimeout(tick, tickMs);
      timer.unref();
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
