// Publishing to NSQ: several servers, of which one serves as long as it answers.
import { Backoff } from "../kernel/backoff.ts";
import type { Clock } from "../kernel/clock.ts";
import { type LinkedAbort, linkedAbort } from "../kernel/linked-abort.ts";
import { createHttpServer } from "./nsq-producer-http.ts";
import {
  type NsqProducerNeeds,
  NsqRefusal,
  type NsqServer,
  type Publication,
} from "./nsq-producer-server.ts";
import { createTcpServer } from "./nsq-producer-tcp.ts";

export interface NsqProducerConfig {
  /** `host:port` and `http://…` are nsqd's HTTP address, `nsq://…` and `tcp://…` its TCP address. */
  readonly servers: readonly string[];
  /** For one exchange with one server. */
  readonly timeoutMs: number;
}

interface Candidate {
  readonly server: NsqServer;
  readonly backoff: Backoff;
  /** On the monotonic clock. */
  restsUntilMs: number;
}

export class NsqProducer {
  readonly #clock: Clock;
  readonly #candidates: Candidate[];
  #best = 0;
  #current: LinkedAbort | undefined;

  constructor(config: NsqProducerConfig, needs: NsqProducerNeeds) {
    this.#clock = needs.clock;
    this.#candidates = config.servers.map((address) => ({
      server: /^(nsq|tcp):/.test(address)
        ? createTcpServer({ address, timeoutMs: config.timeoutMs }, needs)
        : createHttpServer({ address, timeoutMs: config.timeoutMs }, needs),
      backoff: new Backoff({ firstMs: 100, limitMs: 30_000, jitter: 0.5 }),
      restsUntilMs: 0,
    }));
  }

  /**
   * The number of messages, from the first on, that were answered for; what is left is to be published next. Servers are
   * tried from the last good one on; one that failed is left alone for a while, unless the others fail too. Rejects with
   * `NsqRefusal`, or with what the servers said.
   */
  async publish(publication: Publication, signal: AbortSignal): Promise<number> {
    signal.throwIfAborted();
    const until = linkedAbort(signal);
    this.#current = until;
    try {
      return await this.#publishAnywhere(publication, until.signal);
    } finally {
      until.release();
    }
  }

  /** What is under way ends at once. */
  close(): void {
    this.#current?.abort(new Error("closed"));
    for (const { server } of this.#candidates) server.close();
  }

  async #publishAnywhere(publication: Publication, signal: AbortSignal): Promise<number> {
    const failures: Error[] = [];
    for (const candidate of this.#inOrder()) {
      try {
        const count = await candidate.server.publish(publication, signal);
        candidate.backoff.reset();
        candidate.restsUntilMs = 0;
        this.#best = this.#candidates.indexOf(candidate);
        return count;
      } catch (thrown) {
        if (thrown instanceof NsqRefusal || signal.aborted) throw thrown;
        candidate.restsUntilMs = this.#clock.monotonicMs() + candidate.backoff.next();
        failures.push(thrown instanceof Error ? thrown : new Error(String(thrown)));
      }
    }
    throw new Error(failures.map(({ message }) => message).join("; "), { cause: failures[0] });
  }

  #inOrder(): Candidate[] {
    const all = [...this.#candidates.slice(this.#best), ...this.#candidates.slice(0, this.#best)];
    const nowMs = this.#clock.monotonicMs();
    const isResting = ({ restsUntilMs }: Candidate) => restsUntilMs > nowMs;
    return [...all.filter((one) => !isResting(one)), ...all.filter(isResting)];
  }
}
