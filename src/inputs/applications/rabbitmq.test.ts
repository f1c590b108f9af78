// Collector `rabbitmq`, with a server that shows a recorded overview.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { reportOf, sampleOf } from "../../../test/support/servers/reading.ts";
import { metricsOfReading } from "../reading-metrics.ts";
import { rabbitmq } from "./rabbitmq.ts";

/** As version 3.12 shows it, shortened. */
const overview = {
  management_version: "3.12.1",
  rates_mode: "basic",
  sample_retention_policies: { global: [600, 3600], basic: [600] },
  exchange_types: [{ name: "direct", description: "AMQP direct exchange", enabled: true }],
  product_name: "RabbitMQ",
  message_stats: {
    publish: 1200,
    publish_details: { rate: 3.4 },
    deliver_get: 1100,
    deliver_get_details: { rate: 3.2 },
  },
  churn_rates: { connection_created: 4, connection_created_details: { rate: 0.0 } },
  queue_totals: {
    messages: 42,
    messages_details: { rate: -0.2 },
    messages_ready: 40,
    messages_unacknowledged: 2,
  },
  object_totals: { channels: 3, connections: 2, consumers: 3, exchanges: 7, queues: 5 },
  statistics_db_event_queue: 0,
  node: "rabbit@mq-1",
  listeners: [
    { node: "rabbit@mq-1", protocol: "amqp", ip_address: "::", port: 5672, socket_opts: { backlog: 128 } },
  ],
  contexts: [],
};

async function broker(user: string, password: string, body = JSON.stringify(overview)): Promise<string> {
  const expected = `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
  const server = createServer((request, response) => {
    const allowed = request.headers.authorization === expected;
    response.writeHead(allowed ? 200 : 401, { "content-type": "application/json" });
    response.end(allowed ? body : '{"error":"not_authorized","reason":"Login failed"}');
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/overview`;
}

it("shows the overview as it is, to the guest", async () => {
  const uri = await broker("guest", "guest");
  const report = await reportOf(rabbitmq, { uri });
  expect(report.state).toBe("OK");
  expect(report.results).toEqual(overview);
  const metrics = metricsOfReading(rabbitmq, report.results ?? {}, 0);
  const byName = Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
  expect(byName).toMatchObject({
    "rabbitmq.queue_totals.messages": 42,
    "rabbitmq.object_totals.queues": 5,
    "rabbitmq.message_stats.publish_details.rate": 3.4,
  });
});

it("shows credentials as they are told, in any script", async () => {
  const uri = await broker("größe", "pass:wörter");
  await expect(sampleOf(rabbitmq, { uri, user: "größe", password: "pass:wörter" })).resolves.toBeDefined();
});

it("fails with a wrong password and does not repeat it", async () => {
  const uri = await broker("guest", "another");
  const report = await reportOf(rabbitmq, { uri, user: "guest", password: "wrong of rabbit" });
  expect(report).toMatchObject({ state: "ERROR", log: `${uri} does not answer: the status is 401` });
  expect(JSON.stringify(report)).not.toContain("wrong of rabbit");
});

it.each([
  ["no JSON", "<html>"],
  ["a list", "[1]"],
  ["a number", "7"],
  ["nothing", ""],
  ["too many brackets", "[".repeat(900_000)],
])("fails with %s", async (_what, body) => {
  const report = await reportOf(rabbitmq, { uri: await broker("guest", "guest", body) });
  expect(report).toMatchObject({ state: "ERROR" });
  expect(report.log).toMatch(/the answer is no overview in JSON$/);
});
