// Denied hosts in the log: each once in a while, so that a host that knocks all day does not fill the disk.
import { BoundedMap } from "../kernel/bounded-map.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Log } from "../kernel/log.ts";

const everyMs = 60_000;
const addressesLimit = 1000;

interface Denied {
  readonly loggedMs: number;
  /** Denials since then that were not logged. */
  silent: number;
}

export class DenialLog {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #denied = new BoundedMap<string, Denied>(addressesLimit);

  constructor(log: Log, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  note(address: string, url: string): void {
    const known = this.#denied.get(address);
    const nowMs = this.#clock.monotonicMs();
    if (known !== undefined && nowMs - known.loggedMs < everyMs) {
      known.silent += 1;
      return;
    }
    this.#log.error("denied", { address, url, since_last_line: known?.silent ?? 0 });
    this.#denied.set(address, { loggedMs: nowMs, silent: 0 });
  }
}
