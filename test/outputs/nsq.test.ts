// Output `nsq` against fake nsqds: messages, order, fail-over, and what is sent again.
import { describe, expect, it } from "vitest";
import { halvesOf } from "../../src/outputs/deliveries.ts";
import { Refused } from "../../src/outputs/output.ts";
import { nsq } from "../../src/outputs/writers/nsq/index.ts";
import { type FakeNsqd, fakeNsqd } from "../support/fake-nsqd/fake-nsqd.ts";
import {
  delivery,
  deliveryOf,
  metric,
  parcel,
  rejectionOf,
  soon,
  writerOfTest,
} from "../support/writing/writing.ts";

interface Message {
  readonly database: string;
  readonly points: readonly {
    readonly measurement: string;
    readonly timestamp: number;
    readonly tags: object;
    readonly fields: object;
  }[];
}

const timestampMs = 1_700_000_000_900;
const read = (nsqd: FakeNsqd, topic: string) =>
  nsqd.messages(topic).map((text) => JSON.parse(text) as Message);
const names = (nsqd: FakeNsqd, topic: string) =>
  read(nsqd, topic).flatMap(({ points }) => points.map(({ measurement }) => measurement));
const protocols = ["http", "tcp"] as const;

describe.each(protocols)("over %s", (protocol) => {
  const open = (servers: readonly FakeNsqd[], config: object = {}) =>
    writerOfTest(nsq, { servers: servers.map((server) => server[protocol]), ns: "web.shop.loda", ...config });

  it("sends the messages of lodastack, one for each namespace", async () => {
    const nsqd = await fakeNsqd({ heartbeatFirst: true });
    const writer = await open([nsqd]);
    const metrics = [
      metric({ name: "cpu.idle", value: 38.55, timestampMs }),
      metric({
        name: "a,b c",
        tags: { "t 1": " x y=z ", empty: "  ", ns: "db.loda", host: "own" },
        value: -0.5,
        timestampMs,
      }),
      metric({ name: "late", timestampMs: 5 }),
    ];
    expect(await writer.write(deliveryOf(metrics), soon())).toBeUndefined();
    const [text = ""] = nsqd.messages("collect.web.shop.loda");
    expect(text).toMatch(
      /^\{"database":"collect\.web\.shop\.loda","retentionPolicy":"default","points":\[\{"measurement":"cpu\.idle","timestamp":1700000000,"tags":\{"host":"web01"\},"fields":\{"value":38\.55\}\},.*\],"precision":"s"\}$/,
    );
    expect(read(nsqd, "collect.web.shop.loda")[0]?.points[1]?.timestamp).toBeGreaterThan(1_700_000_000);
    expect(read(nsqd, "collect.db.loda")).toEqual([
      {
        database: "collect.db.loda",
        retentionPolicy: "default",
        points: [
          {
            measurement: "a-b-c",
            timestamp: 1_700_000_000,
            tags: { "t-1": "x-y-z", host: "own" },
            fields: { value: -0.5 },
          },
        ],
        precision: "s",
      },
    ]);
  });

  it("splits below the limit and keeps the order", async () => {
    const nsqd = await fakeNsqd();
    nsqd.manners.maxMessageBytes = 4096;
    const writer = await open([nsqd], { message_limit: "4KiB" });
    const metrics = Array.from({ length: 500 }, (_, place) => metric({ name: `櫓.${place}`, timestampMs }));
    await writer.write(
      delivery([parcel(metrics.slice(0, 250)), parcel(metrics.slice(250), "other")]),
      soon(),
    );
    expect(nsqd.messages("collect.web.shop.loda").length).toBeGreaterThan(5);
    expect(names(nsqd, "collect.web.shop.loda")).toEqual(metrics.map(({ name }) => name));
  });

  it.each([
    ["json", '{"host":"web01","name":"cpu.idle","tags":{},"value":1,"timestamp_ms":1700000000900}'],
    ["influx", "cpu.idle,host=web01 value=1 1700000000900"],
    ["graphite", "cpu.idle;host=web01 1 1700000000"],
  ])("sends one message of %s for each metric", async (format, line) => {
    const nsqd = await fakeNsqd();
    const writer = await open([nsqd], { format, topic: "metrics" });
    await writer.write(deliveryOf([metric({ timestampMs }), metric({ timestampMs })]), soon());
    expect(nsqd.messages("metrics")).toEqual([line, line]);
  });

  it("counts namespaces that no topic can have, and sends the others", async () => {
    const nsqd = await fakeNsqd();
    const writer = await open([nsqd]);
    const bad = ["a/b", "x".repeat(57)].map((ns) => metric({ tags: { ns } }));
    const receipt = await writer.write(deliveryOf([...bad, metric({ name: "good" })]), soon());
    expect(receipt?.refused?.metrics).toBe(2);
    expect(names(nsqd, "collect.web.shop.loda")).toEqual(["good"]);
  });

  it("is refused for a topic or a size that the server does not take", async () => {
    const nsqd = await fakeNsqd({ refusing: new Set(["collect.web.shop.loda"]) });
    const writer = await open([nsqd]);
    expect(await rejectionOf(writer.write(deliveryOf([metric()]), soon()))).toBeInstanceOf(Refused);
    nsqd.manners.refusing = new Set();
    nsqd.manners.maxMessageBytes = 10;
    expect(await rejectionOf(writer.write(deliveryOf([metric()]), soon()))).toBeInstanceOf(Refused);
    nsqd.manners.maxMessageBytes = 10_000;
    await writer.write(deliveryOf([metric({ name: "at last" })]), soon());
    expect(names(nsqd, "collect.web.shop.loda")).toEqual(["at-last"]);
  });

  it("does not send again what was answered", async () => {
    const nsqd = await fakeNsqd({ refusing: new Set(["collect.second"]) });
    const writer = await open([nsqd]);
    const parcels = [
      parcel([metric({ name: "a", tags: { ns: "first" } }), metric({ name: "b", tags: { ns: "second" } })]),
      parcel([metric({ name: "c", tags: { ns: "first" } })]),
    ];
    await rejectionOf(writer.write(delivery(parcels), soon()));
    expect(names(nsqd, "collect.first")).toEqual(["a", "c"]);
    nsqd.manners.refusing = new Set();
    await writer.write(delivery(parcels), soon());
    expect(names(nsqd, "collect.first")).toEqual(["a", "c"]);
    expect(names(nsqd, "collect.second")).toEqual(["b"]);
  });

  it("does not send again in a part what was answered with the whole", async () => {
    const nsqd = await fakeNsqd({ refusing: new Set(["collect.second"]) });
    const writer = await open([nsqd], { message_limit: "1KiB" });
    const first = ["a", "b", "x".repeat(2000), "c", "d"].map((name) =>
      metric({ name, tags: { ns: "first" } }),
    );
    const whole = deliveryOf([...first, metric({ tags: { ns: "second" } })]);
    expect(await rejectionOf(writer.write(whole, soon()))).toBeInstanceOf(Refused);
    const [one, other] = halvesOf(whole);
    expect(await writer.write(one ?? whole, soon())).toMatchObject({ refused: { metrics: 1 } });
    expect(await rejectionOf(writer.write(other ?? whole, soon()))).toBeInstanceOf(Refused);
    expect(names(nsqd, "collect.first")).toEqual(["a", "b", "c", "d"]);
  });

  it("goes to the second server and stays there", async () => {
    const [first, second] = [await fakeNsqd(), await fakeNsqd()];
    const writer = await open([first, second]);
    const send = (name: string) => writer.write(deliveryOf([metric({ name })]), soon());
    await send("a");
    await first.kill();
    await send("b");
    await first.start();
    await send("c");
    expect(names(first, "collect.web.shop.loda")).toEqual(["a"]);
    expect(names(second, "collect.web.shop.loda")).toEqual(["b", "c"]);
    await second.kill();
    await send("d");
    expect(names(first, "collect.web.shop.loda")).toEqual(["a", "d"]);
  });

  it.each<[string, Partial<FakeNsqd["manners"]>]>([
    ["fails", { failing: true }],
    ["is ending", { exiting: true }],
    ["hangs", { halfOpen: true }],
    ["is slow", { delayMs: 2000 }],
  ])("goes past a server that %s, and waits when there is no other", async (_, manners) => {
    const [bad, good] = [await fakeNsqd(manners), await fakeNsqd()];
    const both = await open([bad, good], { timeout: "300ms" });
    await both.write(deliveryOf([metric({ name: "a" })]), soon());
    expect(names(good, "collect.web.shop.loda")).toEqual(["a"]);
    const alone = await open([bad], { timeout: "300ms" });
    expect(await rejectionOf(alone.write(deliveryOf([metric()]), soon()))).not.toBeInstanceOf(Refused);
    Object.assign(bad.manners, { failing: false, exiting: false, halfOpen: false, delayMs: 0 });
    await alone.write(deliveryOf([metric({ name: "b" })]), soon());
    expect(names(bad, "collect.web.shop.loda")).toContain("b");
  });

  it("ends at once when it is told to", async () => {
    const nsqd = await fakeNsqd({ halfOpen: true });
    const writer = await open([nsqd], { timeout: "25s" });
    const beganMs = performance.now();
    await rejectionOf(writer.write(deliveryOf([metric()]), AbortSignal.timeout(50)));
    expect(performance.now() - beganMs).toBeLessThan(10_000);
  });
});

describe("over HTTP", () => {
  const open = (nsqd: FakeNsqd) => writerOfTest(nsq, { servers: nsqd.http, format: "json", topic: "t" });
  const two = () => deliveryOf([metric(), metric()]);

  it("sends what goes to one topic at once", async () => {
    const nsqd = await fakeNsqd();
    await (await open(nsqd)).write(two(), soon());
    expect(nsqd.asked).toEqual(["POST /mpub"]);
  });

  it("finds the way of a very old server, once", async () => {
    const nsqd = await fakeNsqd({ missing: ["/pub", "/mpub"] });
    const writer = await open(nsqd);
    await writer.write(two(), soon());
    await writer.write(two(), soon());
    expect(nsqd.asked).toEqual([
      "POST /mpub",
      "POST /pub",
      "POST /put",
      "POST /put",
      "POST /put",
      "POST /put",
    ]);
    expect(nsqd.messages("t")).toHaveLength(4);
  });

  it("waits for a server that has neither path", async () => {
    const nsqd = await fakeNsqd({ missing: ["/pub", "/mpub", "/put"] });
    expect(await rejectionOf((await open(nsqd)).write(two(), soon()))).not.toBeInstanceOf(Refused);
  });
});

describe("configuration", () => {
  it.each([
    [{ servers: [], ns: "a" }, "at least one server"],
    [{ servers: "nowhere", ns: "a" }, "HOST:PORT"],
    [{ servers: "h:1" }, "needs a namespace"],
    [{ servers: "h:1", ns: "a/b" }, "1 to 56"],
    [{ servers: "h:1", format: "json" }, "needs a topic"],
    [{ servers: "h:1", format: "json", topic: "a b" }, "1 to 64"],
    [{ servers: "h:1", ns: "a", message_limit: "10B" }, "at least 1KiB"],
  ])("%j is refused", (given, message) => {
    expect(nsq.config.safeParse(given).error?.message).toContain(message);
  });
});
