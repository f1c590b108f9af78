// Denied hosts in the log: each once in a while, so that a host that knocks all day does not fill the disk.
import type { Clock } from "../kernel/clock.ts";
import type { Log } from "../kernel/log.ts";
import { createRarely, type Rarely } from "../kernel/rarely.ts";
import { sourceOf } from "../transports/address-bytes.ts";

export class DenialLog {
  readonly #log: Log;
  readonly #rarely: Rarely;

  constructor(log: Log, clock: Pick<Clock, "monotonicMs">) {
    this.#log = log;
    this.#rarely = createRarely(clock);
  }

  note(address: string, url: string): void {
    const silent = this.#rarely.tell(sourceOf(address));
    if (silent !== undefined) this.#log.error("denied", { address, url, since_last_line: silent });
  }
}
