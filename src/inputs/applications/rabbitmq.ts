// Collector `rabbitmq`: the overview of the management plugin as it is (contract opsbro §4.3).
import * as z from "zod";
import { AgentError } from "../../kernel/errors.ts";
import { secret } from "../../kernel/schema.ts";
import { type CollectorNeeds, defineCollector, type Reading } from "../collector.ts";
import { askPage, httpAddress, shownAddress } from "./clients/http-text.ts";
import { boundedReading } from "./parsing/bounded-reading.ts";

interface RabbitConfig {
  readonly uri: string;
  readonly user: string;
  readonly password: string;
}

const answerLimitBytes = 1024 * 1024;
const rate = "per-second" as const;

export const rabbitmq = defineCollector({
  name: "rabbitmq",
  summary: "Messages, queues and connections of a RabbitMQ broker.",
  onDemand: true,
  group: "rabbitmq",
  config: z.strictObject({
    uri: httpAddress()
      .default("http://localhost:15672/api/overview")
      .describe("Where the management plugin shows its overview."),
    user: z.string().default("guest").describe("User for basic authentication."),
    password: secret().default("guest").describe("Password of the user."),
  }),
  leaves: {
    "*": { help: "Figure of the broker's overview, as the broker gives it" },
    "queue_totals.messages": { help: "Messages in all queues" },
    "queue_totals.messages_ready": { help: "Messages that wait for a consumer" },
    "queue_totals.messages_unacknowledged": { help: "Messages delivered and not acknowledged yet" },
    "object_totals.queues": { help: "Queues" },
    "object_totals.connections": { help: "Connections of clients" },
    "object_totals.channels": { help: "Channels of all connections" },
    "object_totals.consumers": { help: "Consumers of all queues" },
    "message_stats.publish_details.rate": { help: "Messages published", unit: rate },
    "message_stats.deliver_get_details.rate": { help: "Messages handed to consumers", unit: rate },
    "message_stats.ack_details.rate": { help: "Messages acknowledged", unit: rate },
  },
  read: readRabbit,
  measure: ({ overview }) => overview,
});

async function readRabbit(config: RabbitConfig, { signal }: CollectorNeeds): Promise<{ overview: Reading }> {
  const { uri, user, password } = config;
  const url = new URL(uri);
  const { status, text } = await askPage({ url, user, password, answerLimitBytes, signal });
  const overview = status === 200 ? boundedReading(jsonOf(text)) : undefined;
  if (overview !== undefined) return { overview };
  const reason = status === 200 ? "the answer is no overview in JSON" : `the status is ${status}`;
  throw new AgentError("collector.unanswered", { address: shownAddress(url), reason });
}

/** Undefined for what is no JSON. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
