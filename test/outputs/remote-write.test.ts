// Output `remote_write` against a real Prometheus: series, labels, values and times can be asked for.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decodeName } from "../../src/formats/prometheus-escape.ts";
import { Refused, TryLater } from "../../src/outputs/output.ts";
import { remoteWrite } from "../../src/outputs/writers/remote-write/index.ts";
import { startServer } from "../support/https-stub.ts";
import { type Prometheus, startPrometheus } from "../support/prometheus/prometheus.ts";
import {
  delivery,
  deliveryOf,
  metric,
  parcel,
  pushed,
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
    const own = [metric({ name: "cpustats.%idle", value: -38.125, timestampMs: nowMs + 1 })];
    await writer.write(deliveryOf(own, "web 01"), soon());
    await writer.write(
      pushed(
        [
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
        metric: {
          __name__: "U__disk_2e__2f_var_20_log",
          job: "yagura",
          host: "web 01",
          U__mount_20_point: 'a"b\\c\nü櫓',
          U______name____: "x",
          site: "osaka",
        },
        values: [[nowMs / 1000, "1e+300"]],
      },
      {
        metric: { __name__: "U___35_min", job: "yagura", host: "own", site: "tokyo" },
        values: [[nowMs / 1000, "5e-324"]],
      },
      {
        metric: { __name__: "cpustats_idle", job: "yagura", host: "web 01", site: "tokyo" },
        values: [[nowMs / 1000 + 0.001, "-38.125"]],
      },
    ]);
  });

  it("has series whole and in order", async () => {
    const writer = await open();
    const at = (second: number, value: number) =>
      metric({ name: "in_order", value, timestampMs: nowMs + second * 1000 });
    const mixed = delivery([parcel([at(3, 3), at(1, 1), at(2, 2)]), parcel([at(4, 4), at(1, 1.5)])]);
    expect(await writer.write(mixed, soon())).toBeUndefined();
    const [series] = await prometheus.series("in_order");
    expect(series?.values.map(([, value]) => value)).toEqual(["1.5", "2", "3", "4"]);
  });

  it("has as many series as there were, whatever their names are, each with its own values", async () => {
    const writer = await open({ labels: { job: "apart" } });
    const names = [
      ...["室温.居間", "湿度.居間", "売上.店", "app.Login.Ok", "app.login.ok", "app_login_ok"],
      ...["io.md0.writes/s", "io.md0.writes", "variant.b", "variant.h"],
    ];
    // One after the other: also what does not come at the same time is told apart.
    for (const second of [0, 1, 2])
      for (const [place, name] of names.entries()) {
        const one = metric({ name, value: 100 * place + second, timestampMs: nowMs + second * 1000 + place });
        expect(await writer.write(pushed([one]), soon())).toBeUndefined();
      }
    const series = await prometheus.series('{job="apart"}');
    expect(series).toHaveLength(names.length);
    for (const [place, name] of names.entries()) {
      const found = series.find(({ metric: { __name__ = "" } }) => decodeName(__name__, "escaped") === name);
      expect(found?.values.map(([, value]) => Number(value))).toEqual(
        [0, 1, 2].map((one) => 100 * place + one),
      );
    }
  });

  it("keeps every letter of names where it is told to", async () => {
    const writer = await open({ labels: { job: "letters" }, names: "utf8" });
    const tags = { "部 屋": "x", __name__: "y" };
    const odd = ["室温.居間", "io.md0.writes/s"].map((name) => metric({ name, tags }));
    expect(await writer.write(pushed(odd), soon())).toBeUndefined();
    expect(await writer.write(deliveryOf([metric({ name: "cpustats.%idle" })]), soon())).toBeUndefined();
    const labels = { "部 屋": "x", U______name____: "y", host: "web01", job: "letters" };
    expect((await prometheus.series('{job="letters"}')).map((one) => one.metric)).toEqual([
      { __name__: "io.md0.writes/s", ...labels },
      { __name__: "室温.居間", ...labels },
      { __name__: "cpustats.%idle", host: "web01", job: "letters" },
    ]);
  });

  it("refuses and counts what is another series with the same labels there", async () => {
    const writer = await open({ labels: { job: "shared", site: "tokyo" } });
    const at = (second: number, given: object) =>
      metric({ name: "shared.labels", timestampMs: nowMs + second * 1000, ...given });
    expect(await writer.write(pushed([at(0, { value: 1 })]), soon())).toBeUndefined();
    const refused = { refused: { metrics: 2, reason: expect.stringContaining("another series") as string } };
    const tagged = { tags: { site: "tokyo" }, value: 2 };
    expect(
      await writer.write(pushed([at(1, tagged), at(2, tagged), at(3, { value: 3 })]), soon()),
    ).toMatchObject(refused);
    const [series, ...others] = await prometheus.series('{job="shared"}');
    expect(others).toEqual([]);
    expect(series?.values.map(([, value]) => value)).toEqual(["1", "3"]);
  });

  it("leaves a name to our own collectors", async () => {
    const writer = await open({ labels: { job: "own" } });
    await writer.write(deliveryOf([metric({ name: "cpustats.%idle", value: 1 })]), soon());
    expect(await writer.write(pushed([metric({ name: "cpustats_idle", value: 2 })]), soon())).toMatchObject({
      refused: { metrics: 1 },
    });
    expect(
      (await prometheus.series('{job="own"}')).map(({ values }) => values.map(([, value]) => value)),
    ).toEqual([["1"]]);
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
