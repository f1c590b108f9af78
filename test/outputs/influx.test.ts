// Output `influx` against a real InfluxDB 1.x: what is written can be asked for, and what is refused is counted.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Refused, TryLater } from "../../src/outputs/output.ts";
import { influx } from "../../src/outputs/writers/influx.ts";
import { startServer } from "../support/https-stub.ts";
import { type Influxd, startInfluxd } from "../support/influxd/influxd.ts";
import {
  delivery,
  deliveryOf,
  metric,
  parcel,
  rejectionOf,
  soon,
  writerOfTest,
} from "../support/writing/writing.ts";

let influxd: Influxd;
beforeAll(async () => {
  influxd = await startInfluxd();
});
afterAll(() => influxd.release());

const open = (config: object = {}) =>
  writerOfTest(influx, { url: influxd.url, database: "hosts", ...config });

const odd = [
  "cpustats.%idle",
  "disk./var log.used",
  "a,b=c",
  'quote"d',
  "back\\slash",
  "ünï櫓",
  "x # y",
  "semi;colon",
  "tick'`",
  "(braces){}[]",
];

describe("InfluxDB 1.x", () => {
  it("creates the database and gives back every odd name, tag, value and time", async () => {
    const writer = await open();
    const timestampMs = Date.now() - 5000;
    const metrics = odd.map((name, place) =>
      metric({
        name,
        tags: { [`t ${name}`]: name },
        value: -(place + 1) / 8,
        timestampMs: timestampMs + place,
      }),
    );
    expect(await writer.write(deliveryOf(metrics, 'web 01,"x"=y'), soon())).toBeUndefined();
    for (const [place, name] of odd.entries()) {
      const quoted = (text: string) => `"${text.replace(/["\\]/g, "\\$&")}"`;
      const rows = await influxd.query(
        "hosts",
        `SELECT "value", "host", ${quoted(`t ${name}`)} FROM ${quoted(name)}`,
      );
      expect(rows, name).toEqual([[timestampMs + place, -(place + 1) / 8, 'web 01,"x"=y', name]]);
    }
  });

  it("takes a large delivery compressed, and the same once more onto itself", async () => {
    const writer = await open();
    const metrics = Array.from({ length: 5000 }, (_, place) =>
      metric({ name: "many", tags: { n: String(place) }, value: place }),
    );
    const large = delivery([parcel(metrics.slice(0, 2500), "a"), parcel(metrics.slice(2500), "b")]);
    await writer.write(large, soon());
    await writer.write(large, soon());
    expect(await influxd.query("hosts", 'SELECT count("value"), sum("value") FROM "many"')).toEqual([
      [0, 5000, 12_497_500],
    ]);
  });

  it("counts what is older than the retention policy", async () => {
    await influxd.command('CREATE DATABASE "short" WITH DURATION 1h');
    const writer = await open({ database: "short" });
    const old = metric({ name: "old", timestampMs: Date.now() - 7_200_000 });
    const receipt = await writer.write(deliveryOf([old, metric(), old]), soon());
    expect(receipt).toEqual({
      refused: {
        metrics: 2,
        reason: expect.stringContaining("points beyond retention policy dropped=2") as string,
      },
    });
    expect(await influxd.query("short", 'SELECT count("value") FROM "cpu.idle"')).toEqual([[0, 1]]);
  });

  it("counts what conflicts with a field's type", async () => {
    await fetch(`${influxd.url}/write?db=hosts`, { method: "POST", body: "typed value=1i" });
    const writer = await open();
    const receipt = await writer.write(
      deliveryOf([metric({ name: "typed" }), metric({ name: "untyped" })]),
      soon(),
    );
    expect(receipt?.refused?.metrics).toBe(1);
    expect(receipt?.refused?.reason).toContain("field type conflict");
    expect(await influxd.query("hosts", 'SELECT count("value") FROM "untyped"')).toEqual([[0, 1]]);
  });

  it("counts what cannot be parsed among what can", async () => {
    const writer = await open();
    const beyond = metric({ name: "beyond", timestampMs: 2 ** 50 });
    const receipt = await writer.write(deliveryOf([beyond, metric({ name: "within" }), beyond]), soon());
    expect(receipt?.refused?.metrics).toBe(2);
    expect(receipt?.refused?.reason).toContain("unable to parse");
    expect(await influxd.query("hosts", 'SELECT count("value") FROM "within"')).toEqual([[0, 1]]);
    expect(await rejectionOf(writer.write(deliveryOf([beyond]), soon()))).toBeInstanceOf(Refused);
  });

  it("waits for a missing database that it must not create", async () => {
    const writer = await open({ database: "none", create_database: false });
    const error = await rejectionOf(writer.write(deliveryOf([metric()]), soon()));
    expect(error).not.toBeInstanceOf(Refused);
    expect(error.message).toContain("database not found");
  });

  it("waits for a retention policy that is not there", async () => {
    const writer = await open({ retention_policy: "none" });
    const error = await rejectionOf(writer.write(deliveryOf([metric()]), soon()));
    expect(error).not.toBeInstanceOf(Refused);
    expect(error.message).toContain("retention policy not found");
  });

  it("goes on after a restart of the server", async () => {
    const writer = await open();
    await writer.write(deliveryOf([metric({ name: "before" })]), soon());
    await influxd.end();
    expect(
      await rejectionOf(writer.write(deliveryOf([metric({ name: "after" })]), soon())),
    ).not.toBeInstanceOf(Refused);
    await influxd.start();
    await writer.write(deliveryOf([metric({ name: "after" })]), soon());
    expect(await influxd.query("hosts", 'SELECT count("value") FROM "before", "after"')).toHaveLength(1);
  });
});

describe("answers", () => {
  it.each<[number, string, Record<string, string>, object]>([
    [413, '{"error":"Request Entity Too Large"}', {}, { refused: true }],
    [401, '{"error":"authorization failed"}', {}, { later: true }],
    [403, "", {}, { later: true }],
    [500, '{"error":"timeout"}', {}, { later: true }],
    [200, '{"results":[]}', {}, { later: true }],
    [301, "", {}, { later: true }],
    [400, '{"code":"invalid","message":"unable to parse \'x\'"}', {}, { refused: true }],
    [
      422,
      '{"message":"failure writing points to database: partial write: points beyond retention policy dropped=1"}',
      {},
      { metrics: 1 },
    ],
    [429, "slow down", { "retry-after": "7" }, { afterMs: 7000 }],
    [503, "", { "retry-after": "86400" }, { afterMs: 300_000 }],
    [503, "", { "retry-after": "Thu, 01 Jan 1970 00:00:00 GMT" }, { afterMs: 0 }],
    [503, "", {}, { later: true }],
  ])("%d %s %j", async (status, body, headers, expected) => {
    const server = await startServer();
    server.reply({ status, body, headers });
    const writer = await writerOfTest(influx, {
      url: `http://127.0.0.1:${server.port}/base/`,
      bucket: "b",
      org: "o",
      token: "sesame-4711",
    });
    const writing = writer.write(deliveryOf([metric(), metric()]), soon());
    if ("metrics" in expected) expect((await writing)?.refused?.metrics).toBe(expected.metrics);
    else {
      const error = await rejectionOf(writing);
      expect(error instanceof Refused).toBe("refused" in expected);
      expect(error instanceof TryLater ? { afterMs: error.afterMs } : {}).toEqual(
        "afterMs" in expected ? expected : {},
      );
      expect(error.message).toContain(String(status));
    }
    expect(server.asked[0]?.url).toBe("/base/api/v2/write?org=o&bucket=b&precision=ms");
    expect(server.asked[0]?.headers.authorization).toBe("Token sesame-4711");
    await server.stop();
  });

  it("are not shown with the token that they repeat", async () => {
    const server = await startServer();
    server.reply({ status: 401, body: "unknown token sesame-4711" });
    const writer = await writerOfTest(influx, {
      url: `http://127.0.0.1:${server.port}`,
      bucket: "b",
      org: "o",
      token: "sesame-4711",
    });
    const error = await rejectionOf(writer.write(deliveryOf([metric()]), soon()));
    expect(error.message).toMatch(/401: unknown token \*\*\*$/);
    await server.stop();
  });
});

describe("configuration", () => {
  const url = "http://127.0.0.1:1";
  it.each([
    [{ url }, "either a database"],
    [{ url, database: "a", bucket: "b", org: "o", token: "t" }, "either a database"],
    [{ url, database: "a", version: 2 }, "version 2 has a bucket"],
    [{ url, database: "a", token: "t" }, "org and token"],
    [{ url, bucket: "b" }, "needs org and token"],
    [{ url, bucket: "b", org: "o", token: "t", version: 1 }, "version 1 has a database"],
    [{ url, bucket: "b", org: "o", token: "t", username: "u" }, "belong to a database"],
    [{ url: "http://u:p@h/", database: "a" }, "must stand without them"],
    [{ url: "ftp://h/", database: "a" }, "URL"],
  ])("%j is refused", (given, message) => {
    expect(influx.config.safeParse(given).error?.message).toContain(message);
  });
});
