// A real collectd and the agent, each sending to the other: plain, signed, encrypted, and with a wrong key.
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { InputsAnswer, ReportedAnswer } from "../../src/api/contract/index.ts";
import { encodeCollectdPackets } from "../../src/formats/collectd-packet/encode-collectd-packets.ts";
import type { CollectdValue, ValueList } from "../../src/formats/collectd-packet/value-list.ts";
import type { Metric } from "../../src/metric/metric.ts";
import type { Parcel } from "../../src/outputs/output.ts";
import { collectd } from "../../src/outputs/writers/collectd/index.ts";
import { agentOfTest, type TestAgent } from "../support/agent.ts";
import { type Collectd, startCollectd } from "../support/collectd/collectd.ts";
import { recordedPacket } from "../support/collectd/recorded.ts";
import { directoryOfTest } from "../support/temporary.ts";
import { until } from "../support/until.ts";
import {
  delivery,
  deliveryOf,
  metric,
  parcel,
  rejectionOf,
  soon,
  writerOfTest,
} from "../support/writing/writing.ts";

type Report = InputsAnswer["inputs"][number];

async function collectdOfTest(network: string): Promise<Collectd> {
  const started = await startCollectd(network);
  onTestFinished(() => started.release());
  return started;
}

function usersFile(content = "# who may send\nalice: secret\n"): string {
  const path = join(directoryOfTest(), "users");
  writeFileSync(path, content, { mode: 0o600 });
  return path;
}

/** An agent that listens, and the port where it does. */
async function listening(
  settings: Record<string, unknown> = {},
): Promise<{ agent: TestAgent; port: number }> {
  const agent = await agentOfTest({ inputs: { collectd: { listen: "udp://127.0.0.1:0", ...settings } } });
  return { agent, port: Number(/:(\d+)$/.exec((await reportOf(agent)).addresses[0] ?? "")?.[1]) };
}

async function reportOf(agent: TestAgent): Promise<Report> {
  const { inputs } = (await agent.get("/inputs")).json as InputsAnswer;
  const report = inputs.find(({ name }) => name === "collectd");
  if (report === undefined) throw new Error("no input collectd");
  return report;
}

/** The newest value of each series, which is named without its host. */
async function valuesOf(agent: TestAgent): Promise<Record<string, number>> {
  const { series } = (await agent.get("/series")).json as { series: string[] };
  const values: Record<string, number> = {};
  for (const key of series) {
    const path = `/history?series=${encodeURIComponent(key)}&from=-1h&to=${Date.now() / 1000 + 20}`;
    const { points } = (await agent.get(path)).json as { points: [number, number][] };
    values[key.replace(/;host=[^;]*/, "")] = points.at(-1)?.[1] ?? Number.NaN;
  }
  return values;
}

/** Resolves when the series are there, with their values. */
function valuesWhen(agent: TestAgent, ...names: string[]): Promise<Record<string, number>> {
  return until(async () => {
    const values = await valuesOf(agent);
    return names.every((name) => name in values) ? values : undefined;
  });
}

async function freeUdpPort(): Promise<number> {
  const socket = createSocket("udp4").bind(0, "127.0.0.1");
  await once(socket, "listening");
  const { port } = socket.address();
  socket.close();
  return port;
}

async function sendTo(port: number, packets: readonly Buffer[], address = "127.0.0.1"): Promise<void> {
  const socket = createSocket("udp4");
  for (const packet of packets)
    await new Promise<void>((resolve, reject) => {
      socket.send(packet, port, address, (error) => (error === null ? resolve() : reject(error)));
    });
  socket.close();
}

const server = (port: number, lines = "") => `<Server "127.0.0.1" "${port}">\n${lines}\n</Server>`;
const secured = (level: string, password = "secret") =>
  `SecurityLevel ${level}\nUsername "alice"\nPassword "${password}"`;

describe("what a collectd sends", () => {
  it("arrives with every security, and with a wrong key it does not", async () => {
    const users_file = usersFile();
    const [plain, signed, encrypted, wrong] = [
      await listening(),
      await listening({ security: "sign", users_file }),
      await listening({ security: "encrypt", users_file }),
      await listening({ security: "encrypt", users_file }),
    ];
    const sender = await collectdOfTest(
      [
        server(plain.port),
        server(signed.port, secured("Sign")),
        server(encrypted.port, secured("Encrypt")),
        server(wrong.port, secured("Encrypt", "another")),
      ].join("\n"),
    );
    const seconds = Math.floor(Date.now() / 1000);
    const put = (identifier: string, ago: number, ...values: (number | string)[]) =>
      sender.ask(`PUTVAL "${identifier}" interval=1 ${seconds - ago}:${values.join(":")}`);
    await put("web.example/memory/memory-free", 0, 954068992);
    await put("web.example/interface-eth0/if_octets", 4, 1000, 18);
    await put("web.example/interface-eth0/if_octets", 0, 2000, 58);
    await put("web.example/load/load", 0, 0.25, "U", 1.5);
    await sender.ask(
      `PUTNOTIF severity=failure time=${seconds} host=web.example plugin=threshold plugin_instance=x type=memory type_instance=free message="low: 5 %"`,
    );
    const names = ["memory.memory", "interface.if_octets.rx", "interface.if_octets.tx", "load.load.longterm"];
    const tags = [";type_instance=free", ";plugin_instance=eth0", ";plugin_instance=eth0", ""];
    const keys = names.map((name, place) => `${name}${tags[place]}`);
    for (const { agent } of [plain, signed, encrypted]) {
      const values = await valuesWhen(agent, ...keys);
      expect(keys.map((key) => values[key])).toEqual([954068992, 250, 10, 1.5]);
      expect(values).toMatchObject({ "load.load.shortterm": 0.25 });
      expect(values).not.toHaveProperty("load.load.midterm");
      const { events } = await until(async () => {
        const told = (await agent.get("/reported")).json as ReportedAnswer;
        return told.events.length > 0 ? told : undefined;
      });
      expect(events).toMatchObject([
        { title: "threshold-x/memory-free", text: "low: 5 %", host: "web.example", level: "error" },
      ]);
      expect((await reportOf(agent)).faults).toEqual({ "a value that is not a number": 1 });
    }
    const report = await until(async () => {
      const now = await reportOf(wrong.agent);
      return now.received >= 2 ? now : undefined;
    });
    expect(report).toMatchObject({ metrics: 0, faults: { "cannot decrypt": report.received } });
  });

  it("is taken from a user as soon as the file has one", async () => {
    const path = usersFile("bob: other\n");
    const { agent, port } = await listening({ security: "encrypt", users_file: path });
    const packets = [recordedPacket("encrypted-notification-okay").bytes];
    const told = async () => ((await agent.get("/reported")).json as ReportedAnswer).events;
    await sendTo(port, packets);
    await until(async () => (await reportOf(agent)).faults["cannot decrypt"] === 1);
    writeFileSync(path, "bob: encrypt-secret\n");
    const [event] = await until(async () => {
      await sendTo(port, packets);
      const events = await told();
      return events.length > 0 ? events : undefined;
    });
    expect(event).toMatchObject({ level: "success", host: "host1.example" });
  });

  it("comes to a multicast group too", async () => {
    const { agent, port } = await listening({ listen: "udp://239.192.74.66:0" });
    await sendTo(port, [recordedPacket("plain-notification-okay").bytes], "239.192.74.66");
    await until(async () => (await reportOf(agent)).received === 1);
  });
});

describe("what comes again, wraps or stands still", () => {
  const identifier = { host: "web", plugin: "p", pluginInstance: "", typeInstance: "" };
  const startMs = Math.floor(Date.now() / 1000) * 1000 - 20_000;
  const lists = (type: string, kind: CollectdValue["kind"], ...values: (number | bigint)[]): ValueList[] =>
    values.map((value, place) => ({
      ...identifier,
      type,
      timeMs: startMs + place * 4000,
      intervalMs: 4000,
      values: [{ kind, value }],
    }));

  it("has the rates that a real collectd has", async () => {
    const port = await freeUdpPort();
    const peer = await collectdOfTest(`<Listen "127.0.0.1" "${port}">\n</Listen>`);
    const ours = await listening();
    const given = [
      ...lists("counter", "counter", 2n ** 64n - 100n, 100),
      ...lists("if_octets", "derive", 1).map((list) => ({
        ...list,
        values: [...list.values, ...list.values],
      })),
      ...lists("total_requests", "derive", 5, 2 ** 53, 2 ** 53),
      ...lists("derive", "derive", 100, 500),
      ...lists("absolute", "absolute", 40, 80),
      ...lists("dpdk_telemetry", "counter", 4294967295, 99),
      ...lists("connections", "derive", 500, 100),
      ...lists("gauge", "gauge", 1.5, 2.5),
    ];
    const { packets } = encodeCollectdPackets(given, { maxBytes: 1452, security: { level: "none" } });
    await sendTo(port, packets);
    await sendTo(ours.port, packets);
    await until(async () => (await peer.values("web/p/gauge"))?.["value"] === 2.5);
    const values = await until(async () => {
      const now = await valuesOf(ours.agent);
      return now["p.gauge"] === 2.5 ? now : undefined;
    });
    const types = [
      "counter",
      "total_requests",
      "derive",
      "absolute",
      "dpdk_telemetry",
      "connections",
      "gauge",
    ];
    const here: Record<string, number | undefined> = {};
    const there: Record<string, number | undefined> = {};
    for (const type of types) {
      there[type] = (await peer.values(`web/p/${type}`))?.["value"];
      here[type] = values[`p.${type}`] ?? Number.NaN;
    }
    expect(there).toMatchObject({ counter: 50, derive: 100, gauge: 2.5 });
    expect(here).toEqual(there);
    expect(Object.keys(values).filter((key) => key.includes("if_octets"))).toEqual([]);
  });

  it("is dropped when its time is not newer, as collectd does", async () => {
    const { agent, port } = await listening();
    const [early, late] = lists("gauge", "gauge", 1, 2);
    const packet = (list: ValueList | undefined) =>
      encodeCollectdPackets(list === undefined ? [] : [list], { maxBytes: 1452, security: { level: "none" } })
        .packets;
    await sendTo(port, [...packet(late), ...packet(late), ...packet(early)]);
    const report = await until(async () => {
      const now = await reportOf(agent);
      return now.received === 3 ? now : undefined;
    });
    expect(report).toMatchObject({ metrics: 1, faults: { "too old": 2 } });
  });
});

describe("what the output sends to a collectd", () => {
  const returning = (metrics: readonly Metric[]): Parcel => ({ ...parcel(metrics), origin: "collectd" });
  const user = { username: "alice", password: "secret" };

  it("is there under every security, and with a wrong key it is not", async () => {
    const [plainPort, signedPort, encryptedPort] = [
      await freeUdpPort(),
      await freeUdpPort(),
      await freeUdpPort(),
    ];
    const file = usersFile();
    const listen = (port: number, level: string) =>
      `<Listen "127.0.0.1" "${port}">\nSecurityLevel ${level}\nAuthFile "${file}"\n</Listen>`;
    const peer = await collectdOfTest(
      [listen(plainPort, "None"), listen(signedPort, "Sign"), listen(encryptedPort, "Encrypt")].join("\n"),
    );
    const send = async (name: string, port: number, config: object = {}) => {
      const writer = await writerOfTest(collectd, { server: `127.0.0.1:${port}`, ...config });
      await writer.write(
        deliveryOf([metric({ name: `${name}.idle`, value: 1.5, tags: { b: "2", a: "/x" } })]),
        soon(),
      );
    };
    await send("wrong", signedPort, { security: "sign", ...user, password: "another" });
    await send("wrong", encryptedPort, { security: "encrypt", ...user, password: "another" });
    await send("unsigned", signedPort);
    await send("only-signed", encryptedPort, { security: "sign", ...user });
    await send("plain", plainPort);
    await send("signed", signedPort, { security: "sign", ...user });
    await send("encrypted", encryptedPort, { security: "encrypt", ...user });
    const found = await until(async () => {
      const list = (await peer.list()).filter((one) => one.startsWith("web01/"));
      return list.length >= 3 ? list : undefined;
    });
    expect(found.sort()).toEqual(
      ["encrypted", "plain", "signed"].map((plugin) => `web01/${plugin}-a=_x,b=2/gauge-idle`),
    );
    expect(await peer.values("web01/signed-a=_x,b=2/gauge-idle")).toEqual({ value: 1.5 });
  });

  it("has its old identifiers when it came from one", async () => {
    const port = await freeUdpPort();
    const peer = await collectdOfTest(`<Listen "127.0.0.1" "${port}">\n</Listen>`);
    const writer = await writerOfTest(collectd, { server: `127.0.0.1:${port}` });
    const timestampMs = Date.now();
    const at = (name: string, value: number, tags = {}) => metric({ name, value, tags, timestampMs });
    await writer.write(
      delivery([
        returning([
          at("memory.memory", 5, { type_instance: "free" }),
          at("load.load.shortterm", 0.5),
          at("load.load.longterm", 0.25),
          at("interface.if_octets.rx", 250, { plugin_instance: "eth0" }),
          at("odd.unknown.x", 7, { plugin_instance: "a/b" }),
        ]),
      ]),
      soon(),
    );
    const names = await until(async () => {
      const list = (await peer.list()).filter((one) => one.startsWith("web01/"));
      return list.length === 4 ? list : undefined;
    });
    expect(names.sort()).toEqual([
      "web01/interface-eth0/gauge-if_octets.rx",
      "web01/load/load",
      "web01/memory/memory-free",
      "web01/odd-a_b/gauge-unknown.x",
    ]);
    const load = await peer.values("web01/load/load");
    expect(load).toEqual({ shortterm: 0.5, midterm: Number.NaN, longterm: 0.25 });
  });

  it("is all there, however much it is", async () => {
    const port = await freeUdpPort();
    const peer = await collectdOfTest(`<Listen "127.0.0.1" "${port}">\n</Listen>`);
    const writer = await writerOfTest(collectd, { server: `127.0.0.1:${port}` });
    const count = 5000;
    const many = Array.from({ length: count }, (_, place) =>
      metric({ name: `many.of.them.n${place}`, value: place, tags: { device: `disk-${place % 100}` } }),
    );
    await writer.write(deliveryOf(many), soon());
    const found = await until(async () => {
      const list = (await peer.list()).filter((one) => one.startsWith("web01/"));
      return list.length === count ? list : undefined;
    });
    expect(found).toContain("web01/many-device=disk-42/gauge-of.them.n4242");
  });

  it("is told apart there by its tags and by the end of its name, and counted where it cannot be", async () => {
    const port = await freeUdpPort();
    const peer = await collectdOfTest(`<Listen "127.0.0.1" "${port}">\n</Listen>`);
    const writer = await writerOfTest(collectd, { server: `127.0.0.1:${port}` });
    const timestampMs = Date.now();
    const at = (name: string, tags = {}) => metric({ name, tags, timestampMs });
    const long = "x".repeat(200);
    const metrics = [
      ...[at("t.x", { a: "1" }), at("t.x", { b: "1" }), at(`t.${long}1`), at(`t.${long}2`)],
      ...[at("my-app.x"), at("my_app.x"), at("t.y", { "tag, of": 'an "odd" kind' })],
    ];
    expect(await writer.write(deliveryOf(metrics), soon())).toMatchObject({ refused: { metrics: 1 } });
    const names = await until(async () => {
      const list = (await peer.list()).filter((one) => one.startsWith("web01/"));
      return list.length >= 6 ? list : undefined;
    });
    expect(names).toHaveLength(6);
    expect(names).toEqual(expect.arrayContaining(["web01/t-a=1/gauge-x", "web01/t-b=1/gauge-x"]));
    expect(await peer.values("web01/t-b=1/gauge-x")).toEqual({ value: 1 });
  });

  it("waits while nobody listens, and refuses what has no time", async () => {
    const port = await freeUdpPort();
    const writer = await writerOfTest(collectd, { server: `127.0.0.1:${port}` });
    const [one, timeless] = [metric(), metric({ timestampMs: 0 })];
    expect((await rejectionOf(writer.write(deliveryOf([one]), soon()))).message).toContain("ECONNREFUSED");
    const peer = await collectdOfTest(`<Listen "127.0.0.1" "${port}">\n</Listen>`);
    expect(await writer.write(deliveryOf([one, timeless]), soon())).toMatchObject({
      refused: { metrics: 1 },
    });
    await until(async () => (await peer.list()).includes("web01/cpu/gauge-idle") || undefined);
  });
});
