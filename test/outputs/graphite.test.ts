// Output `graphite` against a real carbon-cache, and what a peer that closes says about a delivery.
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { graphite } from "../../src/outputs/writers/graphite.ts";
import { type Carbon, startCarbon } from "../support/carbon/carbon.ts";
import { oddServer } from "../support/servers/odd-server.ts";
import { deliveryOf, metric, pushed, rejectionOf, soon, writerOfTest } from "../support/writing/writing.ts";

describe("carbon", () => {
  let carbon: Carbon;
  beforeAll(async () => {
    carbon = await startCarbon();
  });
  afterAll(() => carbon.release());

  /** Without what carbon says of itself. */
  const own = (stored: ReturnType<Carbon["stored"]>) =>
    Object.fromEntries(Object.entries(stored).filter(([name]) => !name.startsWith("carbon.")));

  it("stores every odd name, tag and value at its time", async () => {
    const open = (config: object) => writerOfTest(graphite, { server: carbon.server, ...config });
    const seconds = Math.floor(Date.now() / 1000) - 60;
    const at = (name: string, value: number, tags = {}) =>
      metric({ name, value, tags, timestampMs: seconds * 1000 + 900 });
    const tagged = await open({});
    await tagged.write(
      pushed([
        at("cpustats.%idle", -38.5, { "a b": "~x;y z", "c=d": "é" }),
        at("disk./var log;{x}", 1e21),
        at("ünï.櫓", 0.125),
      ]),
      soon(),
    );
    const plain = await open({ tags: "none", host: "prefix", prefix: "site.{host}." });
    await plain.write(deliveryOf([at("cpu.idle", 1)], "web-1.example"), soon());
    const dotted = await open({ tags: "dotted", host: "none" });
    await dotted.write(deliveryOf([at("cpu.idle", 2, { core: "0.5" })]), soon());
    const many = Array.from({ length: 3000 }, (_, place) =>
      metric({ name: "many", value: place, timestampMs: (seconds - 500 + (place % 500)) * 1000 }),
    );
    await dotted.write(deliveryOf(many), soon());
    await expect
      .poll(() => own(carbon.stored()), { timeout: 10_000, interval: 300 })
      .toEqual({
        "cpustats.%idle;a%20b=%7Ex%3By%20z;c%3Dd=é;host=web01": [[seconds, -38.5]],
        "disk.%2Fvar%20log%3B%7Bx%7D;host=web01": [[seconds, 1e21]],
        "ünï.櫓;host=web01": [[seconds, 0.125]],
        "site.web-1_example.web-1_example.cpu.idle": [[seconds, 1]],
        "cpu.idle.core.0_5": [[seconds, 2]],
        many: Array.from({ length: 500 }, (_, place) => [seconds - 500 + place, 2500 + place]),
      });
  });

  it("gets no second series under the path of the first one, and counts it", async () => {
    const writer = await writerOfTest(graphite, { server: carbon.server, tags: "none", host: "none" });
    const of = (core: string) => metric({ name: "left.out", tags: { core } });
    const [first, other] = [of("a"), of("b")];
    const sent = (metrics: (typeof first)[]) => writer.write(pushed(metrics), soon());
    expect(await sent([first, other])).toMatchObject({ refused: { metrics: 1 } });
    expect(await sent([other])).toMatchObject({ refused: { metrics: 1 } });
    expect(await sent([first])).toBeUndefined();
  });

  it("waits while it is down, and goes on when it is back", async () => {
    const writer = await writerOfTest(graphite, { server: carbon.server });
    await carbon.end();
    await rejectionOf(writer.write(deliveryOf([metric({ name: "again" })]), soon()));
    await carbon.start();
    await writer.write(deliveryOf([metric({ name: "again" })]), soon());
    const again = () => carbon.stored()["again;host=web01"];
    await expect.poll(again, { timeout: 10_000, interval: 300 }).toHaveLength(1);
  });
});

describe("a peer that", () => {
  const send = (port: number, config: object = {}, count = 1) =>
    writerOfTest(graphite, { server: `127.0.0.1:${port}`, ...config }).then((writer) =>
      writer.write(deliveryOf(Array.from({ length: count }, () => metric())), AbortSignal.timeout(20_000)),
    );

  it("reads to the end and closes has it all", async () => {
    const chunks: Buffer[] = [];
    const { port } = await oddServer((socket) => socket.on("data", (chunk: Buffer) => chunks.push(chunk)));
    await send(port, {}, 20_000);
    expect(Buffer.concat(chunks).toString().split("\n")).toHaveLength(20_001);
  });

  it.each<[string, Parameters<typeof oddServer>[0], number]>([
    ["closes at once", (socket) => socket.end(), 1],
    ["closes at once, in the middle of much", (socket) => socket.resume().end(), 200_000],
    ["resets at once", (socket) => socket.resetAndDestroy(), 1],
    ["resets in the middle", (socket) => socket.once("data", () => socket.resetAndDestroy()), 200_000],
    ["closes after the first lines", (socket) => socket.once("data", () => socket.destroy()), 200_000],
    ["closes after it read all that there was", (socket) => socket.once("data", () => socket.end()), 1],
  ])("%s has nothing", async (_, manner, count) => {
    const { port } = await oddServer(manner);
    expect((await rejectionOf(send(port, {}, count))).message).toMatch(/clos|ECONNRESET|EPIPE|reset/);
  });

  it("dies with everything unread has nothing", async () => {
    const server = createServer({ pauseOnConnect: true }, (socket) => {
      setTimeout(() => socket.destroy(), 300).unref();
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    expect((await rejectionOf(send(port, {}, 100))).message).toContain("ECONNRESET");
  });

  it("never closes is waited for until the end, or trusted", async () => {
    const odd = await oddServer((socket) => {
      socket.resume();
      socket.allowHalfOpen = true;
    });
    expect((await rejectionOf(send(odd.port))).message).toContain("given up");
    expect(await send(odd.port, { confirm: "sent" })).toBeUndefined();
  });
});
