// Output `nsq`: messages for lodastack's router, or one message for each metric.
import * as z from "zod";
import { topicOfNamespace } from "../../../formats/loda-message.ts";
import { isTopic } from "../../../formats/nsq-frame.ts";
import { BoundedMap } from "../../../kernel/bounded-map.ts";
import { byteSize, duration, oneOrMore } from "../../../kernel/schema.ts";
import { NsqProducer } from "../../../transports/nsq-producer.ts";
import { NsqRefusal } from "../../../transports/nsq-producer-server.ts";
import { reachUrl } from "../../../transports/reach.ts";
import {
  defineOutput,
  type Parcel,
  type Receipt,
  Refused,
  type Writer,
  type WriterNeeds,
} from "../../output.ts";
import { lineOf } from "../exchange/line-format.ts";
import { type Peer, shownReason, unanswered } from "../exchange/unanswered.ts";
import {
  createLinePacking,
  createLodaPacking,
  groupsOf,
  keysOf,
  type Message,
  type Packing,
} from "./packing.ts";

const keys = z.strictObject({
  servers: oneOrMore(
    z
      .string()
      .regex(
        /^((https?|nsq|tcp):\/\/)?(\[[\da-fA-F:.]+\]|[^\s/@:[\]]+):\d{1,5}\/?$/,
        "expected HOST:PORT, http://HOST:PORT or nsq://HOST:PORT",
      ),
  ).describe(
    "nsqd servers in order of preference: `host:port` or `http://…` is the HTTP address, `nsq://…` or `tcp://…` the TCP address.",
  ),
  format: z
    .enum(["loda", "json", "influx", "graphite"])
    .default("loda")
    .describe(
      "`loda`: messages for lodastack's router, one topic for each namespace. Others: one message for each metric.",
    ),
  ns: z
    .string()
    .refine((ns) => topicOfNamespace(ns) !== undefined, "expected 1 to 56 letters, digits and ._-")
    .optional()
    .describe("`loda`: namespace of the metrics that have no tag `ns`."),
  topic: z
    .string()
    .refine(isTopic, "expected 1 to 64 letters, digits and ._-")
    .optional()
    .describe("Other formats: the topic."),
  message_limit: byteSize()
    .prefault("1MiB")
    .refine((bytes) => bytes >= 1024, "expected at least 1KiB")
    .describe("Largest message; not more than nsqd's `--max-msg-size`."),
  timeout: duration().prefault("5s").describe("How long one server may take for an answer."),
});

type NsqConfig = z.output<typeof keys>;

const config = keys
  .refine(({ servers }) => servers.length > 0, { error: "expected at least one server", path: ["servers"] })
  .refine(({ format, ns }) => format !== "loda" || ns !== undefined, {
    error: "the format loda needs a namespace",
    path: ["ns"],
  })
  .refine(({ format, topic }) => format === "loda" || topic !== undefined, {
    error: "this format needs a topic",
    path: ["topic"],
  });

export const nsq = defineOutput({
  name: "nsq",
  summary: "Publishes to NSQ, for lodastack's router or for others.",
  batch: 2000,
  config,
  open: openNsq,
});

/** Metrics of which it is known that they were answered for: more than two deliveries have. */
const remembered = 250_000;

function packingOf(
  { format, ns = "", topic = "", message_limit: limitBytes }: NsqConfig,
  { clock }: WriterNeeds,
): Packing {
  if (format === "loda") return createLodaPacking({ ns, limitBytes, now: () => clock.now() });
  return createLinePacking({ line: lineOf(format), topic, limitBytes });
}

function openNsq(given: NsqConfig, needs: WriterNeeds): Writer {
  const producer = new NsqProducer({ servers: given.servers, timeoutMs: given.timeout }, needs);
  const pack = packingOf(given, needs);
  /** Metrics that were answered for while others of the delivery were not: they are not sent again in its parts. */
  const answered = new BoundedMap<string, true>(remembered);
  const isAnswered = (metric: string) => answered.get(metric) !== undefined;
  const peer = { address: given.servers.join(", ") };
  return {
    async reach(signal) {
      try {
        await Promise.any(given.servers.map((server) => reachUrl(urlOf(server), signal)));
      } catch (thrown) {
        throw unanswered(thrown, peer);
      }
    },
    async write({ parcels }, signal) {
      const packed = parcels.map((parcel) => pack(parcel, isAnswered));
      const left = packed.flatMap((one) => one.messages);
      const taken: Message[] = [];
      try {
        for (const group of groupsOf(left)) await publishAll(producer, group, { signal, taken });
      } catch (thrown) {
        for (const key of taken.flatMap(({ metrics }) => metrics)) answered.set(key, true);
        throw rejectionOf(thrown, peer);
      }
      forget(answered, parcels);
      return receiptOf(packed.reduce((sum, { refused }) => sum + refused, 0));
    },
    async close() {
      producer.close();
    },
  };
}

function urlOf(server: string): URL {
  return new URL(/^[a-z]+:\/\//.test(server) ? server.replace(/^(nsq|tcp):/, "http:") : `http://${server}`);
}

/** What has arrived as a whole is not sent again. */
function forget(answered: BoundedMap<string, true>, parcels: readonly Parcel[]): void {
  if (answered.size > 0) for (const key of parcels.flatMap(keysOf)) answered.delete(key);
}

function rejectionOf(thrown: unknown, peer: Peer): Error {
  if (thrown instanceof NsqRefusal) return new Refused(shownReason(thrown, peer), { cause: thrown });
  return unanswered(thrown, peer);
}

interface Progress {
  readonly signal: AbortSignal;
  readonly taken: Message[];
}

async function publishAll(
  producer: NsqProducer,
  group: readonly Message[],
  { signal, taken }: Progress,
): Promise<void> {
  const topic = group[0]?.topic ?? "";
  for (let done = 0; done < group.length; ) {
    const left = group.slice(done);
    const count = await producer.publish({ topic, messages: left.map(({ bytes }) => bytes) }, signal);
    for (const message of left.slice(0, count)) taken.push(message);
    done += count;
  }
}

function receiptOf(refused: number): Receipt | undefined {
  if (refused === 0) return undefined;
  const reason =
    "a namespace that no topic can have, a metric beyond the message limit, or another series of the same name there";
  return { refused: { metrics: refused, reason } };
}
