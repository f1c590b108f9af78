// What a fake nsqd keeps and how it behaves; both of its sides share it.

export interface Manners {
  /** HTTP paths that are not there: `/put` as of 1.0, `/pub` and `/mpub` for a very old one. */
  missing: readonly string[];
  /** Topics that it does not take, as if their names were bad. */
  refusing: ReadonlySet<string>;
  /** Answers 500, or `E_PUB_FAILED`, to every publication. */
  failing: boolean;
  /** Answers 503, or closes, as it does while it ends. */
  exiting: boolean;
  /** Before every answer to a publication. */
  delayMs: number;
  /** Takes what comes and answers nothing. */
  halfOpen: boolean;
  /** Sends a heartbeat right before every answer, over TCP. */
  heartbeatFirst: boolean;
  maxMessageBytes: number;
  maxBodyBytes: number;
}

export interface State {
  readonly manners: Manners;
  /** Messages by topic, in their order, as text. */
  readonly topics: Map<string, string[]>;
  /** Commands and requests, such as `POST /mpub` and `PUB`. */
  readonly asked: string[];
}

export function createState(): State {
  const manners = {
    missing: ["/put"],
    refusing: new Set<string>(),
    failing: false,
    exiting: false,
    delayMs: 0,
    halfOpen: false,
    heartbeatFirst: false,
    maxMessageBytes: 1_048_576,
    maxBodyBytes: 5_242_880,
  };
  return { manners, topics: new Map(), asked: [] };
}

export function isGoodTopic({ manners }: State, topic: string): boolean {
  return (
    /^[.a-zA-Z0-9_-]{1,64}(#ephemeral)?$/.test(topic) && topic.length <= 64 && !manners.refusing.has(topic)
  );
}

export function keep({ topics }: State, topic: string, messages: readonly Buffer[]): void {
  const kept = topics.get(topic) ?? [];
  topics.set(topic, kept);
  kept.push(...messages.map((message) => message.toString("utf8")));
}

/** The messages of a list, as MPUB has them; undefined when it is none. */
export function messagesIn(body: Buffer): Buffer[] | undefined {
  if (body.length < 4) return undefined;
  const messages: Buffer[] = [];
  let at = 4;
  for (let left = body.readUInt32BE(0); left > 0; left -= 1) {
    if (at + 4 > body.length) return undefined;
    const size = body.readUInt32BE(at);
    if (at + 4 + size > body.length) return undefined;
    messages.push(body.subarray(at + 4, at + 4 + size));
    at += 4 + size;
  }
  return messages;
}
