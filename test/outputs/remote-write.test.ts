// Output `remote_write` against a real Prometheus: series, labels, values and times can be asked for.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Refused, TryLater } from "../../src/outputs/output.ts";
import { remoteWrite } from "../../src/outputs/writers/remote-write/index.ts";
import { startServer } from "../support/https-stub.ts";
import { type Prometheus, startPrometheus } from "../support/prometheus/prometheus.ts";
import {
  delivery,
  deliveryOf,
  metric,
  parcel,
  rejectionOf,
  soon,
  writerOfTest,
} from "../support/writing/writing.ts";

describe("Prometheus", () => {
  let prometheus: Prometheus;
  beforeAll(async () => {
    prometheus = await startPrometheus();
  });
  afterAll(() => prometheus.release());

  const open = (config: object = {}) => writerOfTest(remoteWrite, { url: prometheus.url, ...config });
  const nowMs = Math.floor(Date.now() / 1000) * 1000 - 10_000;

  it("gives back every odd name, tag, value and time", async () => {
    const writer = await open({ labels: { job: "yagura", host: "ignored", site: "tokyo" } });
    await writer.write(
      deliveryOf(
        [
          metric({ name: "cpustats.%idle", value: -38.125, timestampMs: nowMs + 1 }),
          metric({
            name: "disk./var log",
            tags: { "mount point": 'a"b\\c\nü櫓', __name__: "x", empty: "", site: "osaka" },
            value: 1e300,
            timestampMs: nowMs,
          }),
          metric({ name: "5min", tags: { host: "own" }, value: 5e-324, timestampMs: nowMs }),
        ],
        "web 01",
      ),
      soon(),
    );
    expect(await prometheus.series('{job="yagura"}')).toEqual([
      {
        metric: { __name__: "_5min", job: "yagura", host: "own", site: "tokyo" },
        values: [[nowMs / 1000, "5e-324"]],
      },
      {
        metric: { __name__: "cpustats_idle", job: "yagura", host: "web 01", site: "tokyo" },
        values: [[nowMs / 1000 + 0.001, "-38.125"]],
      },
      {
        metric: {
          __name__: "disk_var_log",
          job: "yagura",
          host: "web 01",
          mount_point: 'a"b\\c\nü櫓',
          _name__: "x",
          site: "osaka",
        },
        values: [[nowMs / 1000, "1e+300"]],
      },
    ]);
  });

  it("has series whole and in order, also where two names become one", async () => {
    const writer = await open();
    const at = (name: string, second: number, value: number) =>
      metric({ name, value, timestampMs: nowMs + second * 1000 });
    const mixed = delivery([
      parcel([at("in.order", 3, 3), at("in.order", 1, 1), at("in_order", 2, 2)]),
      parcel([at("in.order", 4, 4), at("in_order", 1, 1.5)]),
    ]);
    expect(await writer.write(mixed, soon())).toMatchObject({ refused: { metrics: 1 } });
    const [series] = await prometheus.series("in_order");
    expect(series?.values.map(([, value]) => value)).toEqual(["1.5", "2", "3", "4"]);
  });

  it("takes the same samples once more, as long as they are the newest", async () => {
    const writer = await open();
    const newest = deliveryOf(
      ["a", "b"].map((name) => metric({ name: `twice.${name}`, timestampMs: nowMs })),
    );
    await writer.write(newest, soon());
    await writer.write(newest, soon());
    expect((await prometheus.series("twice_a"))[0]?.values).toHaveLength(1);
  });

  it("is refused what is out of order, and what is no time", async () => {
    const writer = await open();
    await writer.write(deliveryOf([metric({ name: "order", timestampMs: nowMs })]), soon());
    const older = [metric({ name: "order", timestampMs: nowMs - 5000 })];
    expect(await rejectionOf(writer.write(deliveryOf(older), soon()))).toBeInstanceOf(Refused);
    const negative = [metric({ name: "negative", timestampMs: -5 })];
    expect(await rejectionOf(writer.write(deliveryOf(negative), soon()))).toBeInstanceOf(Refused);
  });

  it("takes ten thousand at once", async () => {
    const writer = await open();
    const many = Array.from({ length: 10_000 }, (_, place) =>
      metric({ name: "many", tags: { n: String(place) }, value: place }),
    );
    await writer.write(deliveryOf(many), soon());
    expect(await prometheus.series("many")).toHaveLength(10_000);
  });

  it("goes on after a restart", async () => {
    const writer = await open();
    await writer.write(deliveryOf([metric({ name: "restart", timestampMs: nowMs })]), soon());
    await prometheus.end();
    expect(await rejectionOf(writer.write(deliveryOf([metric()]), soon()))).not.toBeInstanceOf(Refused);
    await prometheus.start();
    await writer.write(deliveryOf([metric({ name: "restart", timestampMs: nowMs + 1000 })]), soon());
    expect((await prometheus.series("restart"))[0]?.values).toHaveLength(2);
  });
});

it.each([
  [204, "fine"],
  [400, "refused"],
  [401, "later"],
  [404, "later"],
  [413, "refused"],
  [429, "asked"],
  [500, "later"],
  [503, "asked"],
])("status %d means %s", async (status, expected) => {
  const server = await startServer();
  server.reply({ status, headers: { "retry-after": "3" }, body: "no\n" });
  const writer = await writerOfTest(remoteWrite, {
    url: `http://127.0.0.1:${server.port}/push`,
    headers: { "X-Scope-OrgID": "tenant" },
    token: "sesame",
  });
  const outcome = await writer.write(deliveryOf([metric()]), soon()).then(
    () => "fine",
    (thrown: unknown) =>
      thrown instanceof Refused ? "refused" : thrown instanceof TryLater ? "asked" : "later",
  );
  expect(outcome).toBe(expected);
  expect(server.asked[0]).toMatchObject({
    url: "/push",
    headers: {
      "content-encoding": "snappy",
      "content-type": "application/x-protobuf",
      "x-prometheus-remote-write-version": "0.1.0",
      "x-scope-orgid": "tenant",
      authorization: "Bearer sesame",
      "user-agent": "yagura/0.0.0",
    },
  });
  await server.stop();
});
