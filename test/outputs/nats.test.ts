// Output `nats` against a real nats-server with JetStream: acknowledged, in order, each once, also after an outage.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { DiscardPolicy } from "@nats-io/jetstream";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { parseInfluxLine } from "../../src/formats/influx-line-parser.ts";
import { Refused } from "../../src/outputs/output.ts";
import { nats } from "../../src/outputs/writers/nats/index.ts";
import { makeCertificate } from "../support/cli.ts";
import { type NatsServer, startNatsServer } from "../support/nats/nats-server.ts";
import { freePort, startDaemon } from "../support/servers/daemon.ts";
import { oddServer } from "../support/servers/odd-server.ts";
import { directoryOfTest } from "../support/temporary.ts";
import {
  delivery,
  deliveryOf,
  metric,
  parcel,
  rejectionOf,
  soon,
  writerOfTest,
} from "../support/writing/writing.ts";
import { writingProgram } from "../support/writing/writing-program.ts";

describe("a server", () => {
  let server: NatsServer;
  beforeAll(async () => {
    server = await startNatsServer();
  });
  afterAll(() => server.release());

  const open = (stream: string, config: object = {}) =>
    writerOfTest(nats, {
      servers: server.server,
      subject: `${stream}.{host}`,
      stream: { name: stream },
      ...config,
    });

  it("gets a stream as it is told, and every parcel in order with its identifier", async () => {
    const stream = { name: "made", max_age: "1h", max_size: "10MiB", storage: "memory" };
    const writer = await open("made", { stream });
    const odd = metric({ name: 'a "b"\\ü櫓', tags: { "t x": "y=z," }, value: -0.5, timestampMs: 5 });
    const sent = delivery([
      parcel([odd, metric({ timestampMs: 7 })], "web-1.example x"),
      parcel([metric()], "b"),
    ]);
    expect(await writer.write(sent, soon())).toBeUndefined();
    expect(await server.info("made")).toMatchObject({
      subjects: ["made.*"],
      max_age: 3_600_000_000_000,
      max_bytes: 10_485_760,
      num_replicas: 1,
      storage: "memory",
    });
    const stored = await server.stored("made");
    expect(stored.map(({ subject, id }) => [subject, id])).toEqual([
      ["made.web-1_example_x", sent.parcels[0]?.id],
      ["made.b", sent.parcels[1]?.id],
    ]);
    const lines = stored[0]?.text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown);
    expect(lines).toEqual([
      { host: "web-1.example x", name: odd.name, tags: odd.tags, value: -0.5, timestamp_ms: 5 },
      { host: "web-1.example x", name: "cpu.idle", tags: {}, value: 1, timestamp_ms: 7 },
    ]);
  });

  it("has what comes twice once", async () => {
    const writer = await open("once");
    const sent = deliveryOf([metric()]);
    await writer.write(sent, soon());
    await writer.write(sent, soon());
    expect(await server.stored("once")).toHaveLength(1);
  });

  it("gets many parcels at once in their order, and large ones in parts", async () => {
    const writer = await open("many", { format: "influx" });
    const large = Array.from({ length: 30_000 }, (_, place) => metric({ name: `large.${place}` }));
    const small = Array.from({ length: 300 }, (_, place) => parcel([metric({ name: `small.${place}` })]));
    await writer.write(delivery([parcel(large), ...small]), soon());
    const names = (await server.stored("many"))
      .flatMap(({ text }) => text.trimEnd().split("\n"))
      .map((line) => (parseInfluxLine(line) as { measurement: string }).measurement);
    expect(names).toEqual([...large.map(({ name }) => name), ...small.map((_, place) => `small.${place}`)]);
  });

  it("that has no stream is waited for, unless it is to be created", async () => {
    const writer = await open("absent", { stream: { name: "absent", create: false } });
    expect(await rejectionOf(writer.write(deliveryOf([metric()]), soon()))).not.toBeInstanceOf(Refused);
    await server.stream({ name: "absent", subjects: ["absent.*"] });
    await writer.write(deliveryOf([metric()]), soon());
    expect(await server.stored("absent")).toHaveLength(1);
  });

  it("refuses what is too large for the stream, and takes the halves", async () => {
    await server.stream({ name: "tight", subjects: ["tight.*"], max_msg_size: 1024 });
    const writer = await open("tight");
    const many = Array.from({ length: 100 }, () => metric());
    expect(await rejectionOf(writer.write(deliveryOf(many), soon()))).toBeInstanceOf(Refused);
    await writer.write(deliveryOf(many.slice(0, 5)), soon());
    expect(await server.stored("tight")).toHaveLength(1);
  });

  it("that is full is waited for", async () => {
    await server.stream({ name: "full", subjects: ["full.*"], max_msgs: 1, discard: DiscardPolicy.New });
    const writer = await open("full");
    await writer.write(deliveryOf([metric()]), soon());
    const error = await rejectionOf(writer.write(deliveryOf([metric()]), soon()));
    expect(error).not.toBeInstanceOf(Refused);
    expect(error.message).toContain("maximum messages exceeded");
    await server.stream({ name: "full", subjects: ["full.*"], max_msgs: 2, discard: DiscardPolicy.New });
    await writer.write(deliveryOf([metric()]), soon());
  });

  it("that was away is written to again", async () => {
    const writer = await open("outage");
    await writer.write(deliveryOf([metric()]), soon());
    await server.end();
    for (let tries = 0; tries < 3; tries += 1)
      expect(await rejectionOf(writer.write(deliveryOf([metric()]), soon()))).not.toBeInstanceOf(Refused);
    await server.start();
    await writer.write(deliveryOf([metric()]), soon());
    expect(await server.stored("outage")).toHaveLength(2);
  });
});

it("the writer says who it is, and encrypts", async () => {
  const directory = directoryOfTest();
  const { certFile } = makeCertificate(directory);
  const tls = ["--tls", "--tlscert", certFile, "--tlskey", join(directory, "test.key")];
  const port = await freePort();
  const args = [
    "-a",
    "127.0.0.1",
    "-p",
    String(port),
    "-js",
    "-sd",
    directory,
    "--user",
    "u",
    "--pass",
    "p",
    ...tls,
  ];
  const daemon = await startDaemon({ command: "nats-server", args, port });
  onTestFinished(() => daemon.stop());
  const config = { servers: `127.0.0.1:${port}`, user: "u", tls: { ca: certFile } };
  const wrong = await writerOfTest(nats, { ...config, password: "wrong-4711" });
  const error = await rejectionOf(wrong.write(deliveryOf([metric()]), soon()));
  expect(error.message).toMatch(/uthorization/);
  expect(error.message).not.toContain("wrong-4711");
  const right = await writerOfTest(nats, { ...config, password: "p" });
  await right.write(deliveryOf([metric()]), soon());
});

it("a peer that takes connections and says nothing is given up at once, and leaves nothing", async () => {
  const silent = await oddServer((socket) => socket.resume());
  const writer = await writerOfTest(nats, { servers: `127.0.0.1:${silent.port}` });
  const beganMs = performance.now();
  await rejectionOf(writer.write(deliveryOf([metric()]), AbortSignal.timeout(50)));
  await silent.connected;
  await silent.empty();
  await writer.close();
  expect(performance.now() - beganMs).toBeLessThan(4000);
});

it.each(["says nothing", "is gone in the middle"])(
  "a write ends when its writer is closed or its peer %s",
  async (manner) => {
    const info =
      'INFO {"server_id":"x","version":"2.9.10","proto":1,"headers":true,"jetstream":true,"max_payload":1048576}\r\n';
    const peer = await oddServer((socket) => {
      socket.resume();
      if (manner === "says nothing") return;
      socket.write(info);
      socket.once("data", () => socket.resetAndDestroy());
    });
    const writer = await writerOfTest(nats, { servers: `127.0.0.1:${peer.port}` });
    const writing = rejectionOf(writer.write(deliveryOf([metric()]), soon()));
    await peer.connected;
    const beganMs = performance.now();
    if (manner === "says nothing") await writer.close();
    expect(await writing).not.toBeInstanceOf(Refused);
    expect(performance.now() - beganMs).toBeLessThan(4000);
  },
);

it("a writer that was closed does not keep the process from ending", async () => {
  const server = await startNatsServer();
  onTestFinished(() => server.release());
  const file = resolve(import.meta.dirname, "../../src/outputs/writers/nats/index.ts");
  const config = { servers: server.server };
  const program = await writingProgram({ directory: directoryOfTest(), file, output: "nats", config });
  const child = spawn(process.execPath, [program, "2", "10"], {
    stdio: ["ignore", "ignore", "pipe"],
    timeout: 10_000,
  });
  const [said, [exit]] = await Promise.all([
    text(child.stderr),
    once(child, "exit") as Promise<[number | null]>,
  ]);
  expect([said, exit]).toEqual(["", 0]);
  expect(await server.stored("METRICS")).toHaveLength(2);
});
