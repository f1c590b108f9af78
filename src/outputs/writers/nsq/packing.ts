// The messages of parcels, and which of them go out together.
import { lodaMessages, lodaPoint, namespaceTag, topicOfNamespace } from "../../../formats/loda-message.ts";
import type { Metric } from "../../../metric/metric.ts";
import { SeriesClaims } from "../../../metric/series-claims.ts";
import { idOfPart } from "../../deliveries.ts";
import type { Parcel } from "../../output.ts";
import type { Line } from "../exchange/delivery-text.ts";

export interface Message {
  /** The metrics in it, each known again wherever it stands the next time. */
  readonly metrics: readonly string[];
  readonly topic: string;
  readonly bytes: Buffer;
}

export interface Packed {
  readonly messages: readonly Message[];
  /** Metrics that no message can carry. */
  readonly refused: number;
}

/** What the other side has answered for is in no message. */
export type Packing = (parcel: Parcel, isAnswered: (metric: string) => boolean) => Packed;

/** A metric of a parcel and how it is known: by its place in the journal. */
interface Known {
  readonly metric: Metric;
  readonly key: string;
}

function leftOf({ id, metrics }: Parcel, isAnswered: (metric: string) => boolean): Known[] {
  const all = metrics.map((metric, place): Known => ({ metric, key: keyOf(id, place) }));
  return all.filter(({ key }) => !isAnswered(key));
}

/** Every key that a parcel's metrics have. */
export function keysOf({ id, metrics }: Parcel): string[] {
  return metrics.map((_, place) => keyOf(id, place));
}

function keyOf(parcelId: string, place: number): string {
  return idOfPart(parcelId, place, 1);
}

/** Names of which it is known whose they are. */
const remembered = 20_000;

interface LodaPacking {
  /** Namespace of the metrics that have no tag for it. */
  readonly ns: string;
  readonly limitBytes: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** At least one message for each namespace of a parcel (contract loda §7.1). */
export function createLodaPacking({ ns: own, limitBytes, now }: LodaPacking): Packing {
  const claims = new SeriesClaims(remembered);
  return (parcel, isAnswered) => {
    const { host, origin } = parcel;
    const nowSeconds = Math.floor(now() / 1000);
    const messages: Message[] = [];
    let refused = 0;
    for (const [ns, group] of byNamespace(leftOf(parcel, isAnswered), own)) {
      const topic = topicOfNamespace(ns);
      refused += group.length;
      if (topic === undefined) continue;
      const points = group.flatMap(({ metric, key }): Point[] => {
        const { text, series } = lodaPoint(metric, host, nowSeconds);
        return claims.take(`${topic};${series}`, { metric, host, origin }) ? [{ key, text }] : [];
      });
      for (const message of messagesOf(points, { topic, limitBytes })) {
        refused -= message.metrics.length;
        messages.push(message);
      }
    }
    return { messages, refused };
  };
}

interface Point {
  readonly key: string;
  readonly text: string;
}

function messagesOf(
  points: readonly Point[],
  { topic, limitBytes }: { topic: string; limitBytes: number },
): Message[] {
  const pack = (some: readonly Point[]) =>
    lodaMessages(
      topic,
      some.map(({ text }) => text),
      limitBytes,
    );
  const texts = pack(points);
  const carried = texts.reduce((sum, one) => sum + one.points, 0);
  // Which points were too large is asked of each only when there are such.
  const fitting = carried === points.length ? points : points.filter((point) => pack([point]).length > 0);
  let before = 0;
  return texts.map(({ text, points: count }) => {
    const metrics = fitting.slice(before, before + count).map(({ key }) => key);
    before += count;
    return { metrics, topic, bytes: Buffer.from(text) };
  });
}

function byNamespace(metrics: readonly Known[], own: string): Map<string, Known[]> {
  const groups = new Map<string, Known[]>();
  for (const known of metrics) {
    const ns = known.metric.tags[namespaceTag] ?? own;
    const group = groups.get(ns);
    if (group === undefined) groups.set(ns, [known]);
    else group.push(known);
  }
  return groups;
}

interface LinePacking {
  readonly line: Line;
  readonly topic: string;
  readonly limitBytes: number;
}

/** One message for each metric. */
export function createLinePacking({ line, topic, limitBytes }: LinePacking): Packing {
  return (parcel, isAnswered) => {
    const all = leftOf(parcel, isAnswered).map(({ metric, key }): Message => {
      const text = line(metric, parcel.host, parcel.origin);
      return { metrics: [key], topic, bytes: Buffer.from(text.slice(0, -1)) };
    });
    const messages = all.filter(({ bytes }) => bytes.length > 0 && bytes.length <= limitBytes);
    return { messages, refused: all.length - messages.length };
  };
}

/** Below the 5 MiB that nsqd takes at once. */
const publicationLimitBytes = 4 * 1024 * 1024;

/** What goes out at once: messages of one topic, in their order. */
export function groupsOf(messages: Iterable<Message>): Message[][] {
  const last = new Map<string, { group: Message[]; sizeBytes: number }>();
  const groups: Message[][] = [];
  for (const message of messages) {
    const open = last.get(message.topic);
    const sizeBytes = message.bytes.length + 4;
    if (open !== undefined && open.sizeBytes + sizeBytes <= publicationLimitBytes) {
      open.group.push(message);
      open.sizeBytes += sizeBytes;
    } else {
      const group = [message];
      groups.push(group);
      last.set(message.topic, { group, sizeBytes: sizeBytes + 4 });
    }
  }
  return groups;
}
