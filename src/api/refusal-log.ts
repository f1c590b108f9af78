// Requests that were refused, in the log: a warning for each caller and reason once in a while, all of them at `info`.
import type { Clock } from "../kernel/clock.ts";
import type { AgentError } from "../kernel/errors.ts";
import type { Log } from "../kernel/log.ts";
import { createRarely, type Rarely } from "../kernel/rarely.ts";
import { sourceOf } from "../transports/address-bytes.ts";

export interface RefusedRequest {
  readonly address: string;
  /** As it may be shown. */
  readonly url: string;
}

export class RefusalLog {
  readonly #log: Log;
  readonly #rarely: Rarely;

  constructor(log: Log, clock: Pick<Clock, "monotonicMs">) {
    this.#log = log;
    this.#rarely = createRarely(clock);
  }

  note(fault: AgentError, { address, url }: RefusedRequest): void {
    const facts = { address, url, reason: loggedReason(fault) };
    const silent = this.#rarely.tell(`${sourceOf(address)} ${fault.code}`);
    if (silent === undefined) this.#log.info("refused", facts);
    else this.#log.warning("refused", { ...facts, since_last_line: silent });
  }
}

/** What is wrong with a body is told in words of the body, which is nobody's business but its sender's. */
function loggedReason({ code, message }: AgentError): string {
  return code.startsWith("body.") ? code : message;
}
