// The messages of parcels, and which of them go out together.
import { lodaMessages, lodaPoint, namespaceTag, topicOfNamespace } from "../../../formats/loda-message.ts";
import type { Metric } from "../../../metric/metric.ts";
import type { Parcel } from "../../output.ts";
import type { Line } from "../exchange/delivery-text.ts";

/** One message, known again by its parcel and its place in it. */
export interface Message {
  readonly parcel: string;
  readonly place: number;
  readonly topic: string;
  readonly bytes: Buffer;
}

export interface Packed {
  readonly messages: readonly Message[];
  /** Metrics that no message can carry. */
  readonly refused: number;
}

export type Packing = (parcel: Parcel) => Packed;

interface LodaPacking {
  /** Namespace of the metrics that have no tag for it. */
  readonly ns: string;
  readonly limitBytes: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** At least one message for each namespace of a parcel (contract loda §7.1). */
export function createLodaPacking({ ns: own, limitBytes, now }: LodaPacking): Packing {
  return ({ id, host, metrics }) => {
    const nowSeconds = Math.floor(now() / 1000);
    const messages: Message[] = [];
    let refused = 0;
    for (const [ns, group] of byNamespace(metrics, own)) {
      const topic = topicOfNamespace(ns);
      const points = group.map((metric) => lodaPoint(metric, host, nowSeconds));
      const texts = topic === undefined ? [] : lodaMessages(topic, points, limitBytes);
      refused += points.length;
      for (const { text, points: carried } of texts) {
        refused -= carried;
        messages.push({ parcel: id, place: messages.length, topic: topic ?? "", bytes: Buffer.from(text) });
      }
    }
    return { messages, refused };
  };
}

function byNamespace(metrics: readonly Metric[], own: string): Map<string, Metric[]> {
  const groups = new Map<string, Metric[]>();
  for (const metric of metrics) {
    const ns = metric.tags[namespaceTag] ?? own;
    const group = groups.get(ns);
    if (group === undefined) groups.set(ns, [metric]);
    else group.push(metric);
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
  return ({ id, host, metrics }) => {
    const all = metrics.map((metric, place): Message => {
      const text = line(metric, host);
      return { parcel: id, place, topic, bytes: Buffer.from(text.slice(0, -1)) };
    });
    const messages = all.filter(({ bytes }) => bytes.length <= limitBytes);
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
