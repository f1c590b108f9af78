// Output `otlp`: the request as the specification has it, and what the answers mean.
import { gunzipSync } from "node:zlib";
import { expect, it, onTestFinished } from "vitest";
import { Refused, TryLater } from "../../src/outputs/output.ts";
import { otlp } from "../../src/outputs/writers/otlp.ts";
import { type Reply, startServer } from "../support/https-stub.ts";
import { delivery, deliveryOf, metric, parcel, soon, writerOfTest } from "../support/writing/writing.ts";

async function receiver(reply: Reply = { status: 200, body: "{}" }, config: object = {}) {
  const server = await startServer();
  server.reply(reply);
  onTestFinished(() => server.stop());
  const writer = await writerOfTest(otlp, { url: `http://127.0.0.1:${server.port}`, ...config });
  return { server, writer };
}

it("sends gauges, one resource for each host", async () => {
  const { server, writer } = await receiver(undefined, {
    headers: { "X-Key": "k" },
    username: "u",
    password: "p",
  });
  const a = metric({ name: "cpu.%idle", tags: { core: "0" }, value: -0.5, timestampMs: 1_700_000_000_001 });
  const sent = delivery([
    parcel([a, { ...a, tags: {}, value: 1e21 }], "h1"),
    parcel([a], "h2"),
    parcel([{ ...a, timestampMs: 0 }], "h1"),
  ]);
  expect(await writer.write(sent, soon())).toBeUndefined();
  const point = {
    attributes: [{ key: "core", value: { stringValue: "0" } }],
    timeUnixNano: "1700000000001000000",
    asDouble: -0.5,
  };
  const of = (host: string, dataPoints: object[]) => ({
    resource: {
      attributes: [
        { key: "service.name", value: { stringValue: "yagura" } },
        { key: "host.name", value: { stringValue: host } },
      ],
    },
    scopeMetrics: [
      {
        scope: { name: "yagura", version: "0.0.0" },
        metrics: [{ name: "cpu.%idle", gauge: { dataPoints } }],
      },
    ],
  });
  const [asked] = server.asked;
  expect(asked).toMatchObject({
    url: "/v1/metrics",
    headers: { "content-type": "application/json", "x-key": "k", authorization: "Basic dTpw" },
  });
  expect(JSON.parse(asked?.body ?? "")).toEqual({
    resourceMetrics: [
      of("h1", [point, { ...point, attributes: [], asDouble: 1e21 }, { ...point, timeUnixNano: "0" }]),
      of("h2", [point]),
    ],
  });
});

it("compresses what is large", async () => {
  const { server, writer } = await receiver();
  const bodies: Buffer[] = [];
  server.server.prependListener("request", (request) =>
    request.on("data", (chunk: Buffer) => bodies.push(chunk)),
  );
  await writer.write(deliveryOf(Array.from({ length: 100 }, () => metric())), soon());
  expect(server.asked[0]?.headers["content-encoding"]).toBe("gzip");
  const { resourceMetrics } = JSON.parse(gunzipSync(Buffer.concat(bodies)).toString()) as {
    resourceMetrics: unknown[];
  };
  expect(resourceMetrics).toHaveLength(1);
});

it("counts what was refused of a success, and what has no time", async () => {
  const body = JSON.stringify({ partialSuccess: { rejectedDataPoints: "2", errorMessage: "too old" } });
  const { server, writer } = await receiver({ status: 200, body });
  const metrics = [metric(), metric(), metric(), metric({ timestampMs: -1 })];
  expect(await writer.write(deliveryOf(metrics), soon())).toEqual({
    refused: { metrics: 3, reason: `http://127.0.0.1:${server.port}/v1/metrics: too old` },
  });
  expect((await writer.write(deliveryOf(metrics.slice(3)), soon()))?.refused?.metrics).toBe(1);
  expect(server.asked).toHaveLength(1);
});

it.each<[Reply, string]>([
  [{ status: 200, body: "" }, "fine"],
  [{ status: 200, body: '{"partialSuccess":{"errorMessage":"only a warning"}}' }, "fine"],
  [{ status: 200, body: "<html>sign in</html>" }, "later"],
  [{ status: 400 }, "refused"],
  [{ status: 401 }, "later"],
  [{ status: 403 }, "later"],
  [{ status: 404 }, "later"],
  [{ status: 413 }, "refused"],
  [{ status: 429, headers: { "retry-after": "2" } }, "asked"],
  [{ status: 500 }, "later"],
  [{ status: 502, headers: { "retry-after": "2" } }, "asked"],
  [{ status: 504 }, "later"],
])("%j means %s", async (reply, expected) => {
  const { writer } = await receiver(reply);
  const outcome = await writer.write(deliveryOf([metric()]), soon()).then(
    () => "fine",
    (thrown: unknown) =>
      thrown instanceof Refused ? "refused" : thrown instanceof TryLater ? "asked" : "later",
  );
  expect(outcome).toBe(expected);
});

it.each([
  ["/", "/v1/metrics"],
  ["/base", "/base/v1/metrics"],
  ["/base/v1/metrics", "/base/v1/metrics"],
  ["/base/?key=x", "/base/v1/metrics?key=x"],
])("an address with %s is sent to %s", async (path, expected) => {
  const server = await startServer();
  onTestFinished(() => server.stop());
  const writer = await writerOfTest(otlp, { url: `http://127.0.0.1:${server.port}${path}` });
  await writer.write(deliveryOf([metric()]), soon());
  expect(server.asked[0]?.url).toBe(expected);
});
