// What one nsqd is to a producer, whatever protocol it is spoken to in.
import type { Clock } from "../kernel/clock.ts";

/** The server will never take this: a topic or a message that it does not allow. */
export class NsqRefusal extends Error {
  override readonly name = "NsqRefusal";
}

export interface Publication {
  readonly topic: string;
  /** At least one, none of them empty. */
  readonly messages: readonly Buffer[];
}

/** One nsqd. */
export interface NsqServer {
  readonly address: string;
  /** The number of messages, from the first on, that it answered for. Rejects with `NsqRefusal`, or with why not now. */
  publish(publication: Publication, signal: AbortSignal): Promise<number>;
  close(): void;
}

export interface NsqProducerNeeds {
  readonly clock: Clock;
  readonly hostname: string;
  readonly userAgent: string;
}
