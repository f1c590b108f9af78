// Metrics that others send: over datagrams, streams and HTTP, well-formed and not, and what the agent says of them.
import { createSocket } from "node:dgram";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it, onTestFinished } from "vitest";
import { startAgent } from "../../src/agent.ts";
import { type AgentConfig, schemas } from "../../src/agent-config.ts";
import type { InputsAnswer, ReportedAnswer } from "../../src/api/contract/index.ts";
import { agentOfTest, type Settings, send, sharedCertificate, type TestAgent } from "../support/agent.ts";
import { directoryOfTest } from "../support/temporary.ts";
import { until } from "../support/until.ts";

type Report = InputsAnswer["inputs"][number];

async function reportOf(agent: TestAgent, name: string): Promise<Report> {
  const { inputs } = (await agent.get("/inputs")).json as InputsAnswer;
  const report = inputs.find((one) => one.name === name);
  if (report === undefined) throw new Error(`no input ${name}`);
  return report;
}

const portOf = (address = "") => Number(/:(\d+)$/.exec(address)?.[1]);

function sendDatagrams(port: number, ...datagrams: (string | Buffer)[]): Promise<void> {
  const socket = createSocket("udp4");
  return new Promise((resolve, reject) => {
    let left = datagrams.length;
    for (const datagram of datagrams)
      socket.send(datagram, port, "127.0.0.1", (error) => {
        if (error !== null) reject(error);
        left -= 1;
        if (left === 0) socket.close(() => resolve());
      });
  });
}

/** Resolves when the other side has closed. */
function sendStream(
  to: { port: number } | { path: string },
  chunks: readonly (string | Buffer)[],
  end = true,
): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", ...to });
    socket.on("error", () => {});
    socket.once("close", () => resolve());
    socket.resume();
    for (const chunk of chunks) socket.write(chunk);
    if (end) socket.end();
  });
}

/** Values by series of what history has. */
async function valuesOf(agent: TestAgent, prefix: string): Promise<Record<string, number>> {
  const { series } = (await agent.get(`/series?prefix=${encodeURIComponent(prefix)}`)).json as {
    series: string[];
  };
  const values: Record<string, number> = {};
  for (const key of series) {
    const answer = (
      await agent.get(`/history?series=${encodeURIComponent(key)}&from=-1h&to=${Date.now() / 1000 + 20}`)
    ).json;
    const { points } = answer as { points: [number, number][] };
    values[key] = points.at(-1)?.[1] ?? Number.NaN;
  }
  return values;
}

describe("statsd", () => {
  it("comes in over UDP, TCP and a unix socket, and goes out once in an interval", async () => {
    const path = join(directoryOfTest(), "statsd.sock");
    const listen = ["udp://127.0.0.1:0", "tcp://127.0.0.1:0", `unix://${path}`];
    const agent = await agentOfTest({ inputs: { statsd: { listen, every: "300ms" } } });
    const [udp, tcp, unix] = (await reportOf(agent, "statsd")).addresses;
    expect(unix).toBe(path);
    await sendDatagrams(portOf(udp), "hits:1|c\nhits:2|c", "temp:20|g|#room:a");
    await sendStream({ port: portOf(tcp) }, ["hits:4|c\nhi", "ts:8|c"]);
    const packet = Buffer.from("hits:16|c");
    const framed = Buffer.concat([Buffer.from([packet.length, 0, 0, 0]), packet]);
    await sendStream({ path }, [framed.subarray(0, 6), framed.subarray(6)]);
    await sendStream({ path }, ["hits:32|c\n"]);
    await until(async () => (await valuesOf(agent, "stats.gauges.temp"))["stats.gauges.temp;room=a"] === 20);
    const report = await until(async () => {
      const now = await reportOf(agent, "statsd");
      return now.metrics === 7 ? now : undefined;
    });
    expect(report).toMatchObject({ received: 7, faults: {}, kernel_drops: 0, denied: 0 });
    expect(report.receive_buffer_bytes).toBeGreaterThan(200_000);
  });

  it("tells checks and events that came with it", async () => {
    const agent = await agentOfTest({ inputs: { statsd: { listen: "udp://127.0.0.1:0" } } });
    const port = portOf((await reportOf(agent, "statsd")).addresses[0]);
    await sendDatagrams(
      port,
      "_sc|db.up|2|h:db1|m:gone",
      "_sc|db.up|0|h:db1|m:back",
      "_e{3,4}:new|text|t:warning",
    );
    const { checks, events } = await until(async () => {
      const told = (await agent.get("/reported")).json as ReportedAnswer;
      return told.events.length === 1 ? told : undefined;
    });
    expect(checks).toMatchObject([{ name: "db.up", host: "db1", state: "ok", message: "back" }]);
    expect(events).toMatchObject([{ title: "new", text: "text", level: "warning" }]);
  });

  it("bears datagrams of any size and content, and says what was wrong", async () => {
    const agent = await agentOfTest({
      inputs: { statsd: { listen: ["udp://127.0.0.1:0", "tcp://127.0.0.1:0"] } },
    });
    const [udp, tcp] = (await reportOf(agent, "statsd")).addresses;
    const large = Buffer.from("good:1|c\n".repeat(7200)).subarray(0, 64_800);
    await sendDatagrams(portOf(udp), Buffer.alloc(65_507, 0xff), Buffer.alloc(0), "a:b|c", large);
    await sendStream({ port: portOf(tcp) }, [Buffer.alloc(200_000, "x"), "\nok:1|c\n"]);
    const report = await until(async () => {
      const now = await reportOf(agent, "statsd");
      return now.metrics === 7201 ? now : undefined;
    });
    expect(report.faults).toEqual({ "no type": 1, "value is no number": 1, "line too long": 1 });
  });

  it("hands on no number without end: it would break what every reader reads", async () => {
    const agent = await agentOfTest({
      inputs: { statsd: { listen: "udp://127.0.0.1:0", every: "300ms" } },
      store: { journal: { pull: ["statsd"] } },
    });
    const port = portOf((await reportOf(agent, "statsd")).addresses[0]);
    await sendDatagrams(port, "evil:1|c|@1e-320", "big:1e308|c\nbig:1e308|c\ngood:1|c", "a:1|constructor");
    const { faults } = await until(async () => {
      const now = await reportOf(agent, "statsd");
      return now.faults["value too large"] === 2 ? now : undefined;
    });
    expect(faults).toEqual({ "bad sample rate": 1, "unknown type": 1, "value too large": 2 });
    const text = await until(async () => {
      const reply = await agent.post("/metric", {});
      return reply.text.includes("good") ? reply.text : undefined;
    });
    expect(() => JSON.parse(text)).not.toThrow();
    expect(text).not.toContain("big");
  });

  it("takes nothing from senders who are not allowed", async () => {
    const agent = await agentOfTest({
      inputs: { statsd: { listen: ["udp://127.0.0.1:0", "tcp://127.0.0.1:0"], allow: ["192.0.2.0/24"] } },
    });
    const [udp, tcp] = (await reportOf(agent, "statsd")).addresses;
    await sendDatagrams(portOf(udp), "a:1|c");
    await sendStream({ port: portOf(tcp) }, ["a:1|c\n"], false);
    const report = await until(async () => {
      const now = await reportOf(agent, "statsd");
      return now.denied === 2 ? now : undefined;
    });
    expect(report.metrics).toBe(0);
  });
});

describe("Graphite's lines", () => {
  const open = (more: Settings = {}) =>
    agentOfTest({ ...more, inputs: { graphite: { listen: ["tcp://127.0.0.1:0", "udp://127.0.0.1:0"] } } });

  it("come with their own times, with tags, in pieces, and over UDP", async () => {
    const agent = await open();
    const [tcp, udp] = (await reportOf(agent, "graphite")).addresses;
    const now = Math.floor(Date.now() / 1000);
    await sendStream({ port: portOf(tcp) }, [
      `a.b.c 1.5 ${now - 60}\na.b.d 2 ${now}\na.b`,
      `.e;dc=x 3 ${now}\r\n`,
    ]);
    await sendDatagrams(portOf(udp), `a.b.f 4 ${now}\na.b.g 5 -1\n`);
    await until(async () => (await reportOf(agent, "graphite")).metrics === 5);
    await until(async () => Object.keys(await valuesOf(agent, "a.b.")).length === 5);
    expect(await valuesOf(agent, "a.b.")).toEqual({
      "a.b.c": 1.5,
      "a.b.d": 2,
      "a.b.e;dc=x": 3,
      "a.b.f": 4,
      "a.b.g": 5,
    });
  });

  it("of a time that nothing keeps are counted with the reason", async () => {
    const agent = await open();
    const port = portOf((await reportOf(agent, "graphite")).addresses[0]);
    const now = Math.floor(Date.now() / 1000);
    await sendStream({ port }, [`a 1 ${now + 7200}\nb 1 ${now - 400 * 86_400}\nc 1 ${now - 25 * 3600}\n`]);
    const faults = await until(async () => {
      const report = await reportOf(agent, "graphite");
      return Object.keys(report.faults).length === 2 ? report.faults : undefined;
    });
    expect(faults).toEqual({
      "a time more than an hour ahead": 1,
      "a time older than the history keeps": 1,
    });
    // With an output, the journal has them.
    const shipping = await agentOfTest({
      outputs: { file: { path: join(directoryOfTest(), "out") } },
      inputs: { graphite: { listen: ["tcp://127.0.0.1:0"] } },
    });
    const other = portOf((await reportOf(shipping, "graphite")).addresses[0]);
    await sendStream({ port: other }, [`a 1 ${now + 7200}\n`]);
    await until(async () => (await reportOf(shipping, "graphite")).metrics === 1);
    expect((await shipping.post("/write?precision=s", `a v=1 ${now + 7200}`)).status).toBe(204);
    expect((await reportOf(shipping, "graphite")).faults).toEqual({});
  });

  it("cost only themselves when they are malformed, and a line without its end is none", async () => {
    const agent = await open();
    const port = portOf((await reportOf(agent, "graphite")).addresses[0]);
    const now = Math.floor(Date.now() / 1000);
    const bad = [
      "a",
      "a b",
      "a nan 1",
      "a 1 x",
      `a 1 ${now} y`,
      `a;=b 1 ${now}`,
      `${"n".repeat(1100)} 1 ${now}`,
    ];
    await sendStream({ port }, [`${bad.join("\n")}\nfine 1 ${now}\ncut 1 170000`]);
    await sendStream({ port }, [Buffer.alloc(100_000, "z"), `\nfine.too 1 ${now}\n`]);
    const report = await until(async () => {
      const seen = await reportOf(agent, "graphite");
      return seen.metrics === 2 ? seen : undefined;
    });
    expect(Object.values(report.faults).reduce((sum, count) => sum + count, 0)).toBe(bad.length + 2);
    expect(report.faults).toMatchObject({ "line without its end": 1, "line too long": 1 });
  });

  it("refuse pickled lists with a reason, at once", async () => {
    const log = join(directoryOfTest(), "log");
    const agent = await open({ log: { level: "warning", file: log } });
    const port = portOf((await reportOf(agent, "graphite")).addresses[0]);
    // A list of one point, pickled with protocol 2, behind its length.
    const pickle = Buffer.from(
      "80025d71002858010000006171014a00f1536547400000000000000086710286710365 2e".replaceAll(" ", ""),
      "hex",
    );
    const length = Buffer.alloc(4);
    length.writeUInt32BE(pickle.length);
    await sendStream({ port }, [length, pickle], false);
    expect((await reportOf(agent, "graphite")).faults).toEqual({ pickle: 1 });
    // Whoever comes again and again is told of once.
    for (let count = 0; count < 20; count += 1) await sendStream({ port }, [length, pickle], false);
    expect((await reportOf(agent, "graphite")).faults).toEqual({ pickle: 21 });
    expect(readFileSync(log, "utf8").match(/pickled/g)).toHaveLength(1);
  });
});

describe("pushes over HTTP", () => {
  it("InfluxDB's line protocol becomes a metric for each field, packed or not, in both versions of the API", async () => {
    const agent = await agentOfTest();
    const now = Math.floor(Date.now() / 1000);
    const lines = `# a comment\ncpu,host=web1,core=0 idle=90.5,busy=9i,on=t,name="a\nb",value=7 ${now}\n`;
    expect(await agent.post("/write?db=x&precision=s", lines)).toMatchObject({ status: 204, text: "" });
    const gzipped = gzipSync(`mem,host=web1 used=5u ${now}000\n`);
    const open = { headers: { "content-encoding": "gzip" } };
    expect((await agent.post("/api/v2/write?precision=ms", gzipped, open)).status).toBe(204);
    expect(await valuesOf(agent, "cpu")).toEqual({
      "cpu.busy;core=0;host=web1": 9,
      "cpu.idle;core=0;host=web1": 90.5,
      "cpu.on;core=0;host=web1": 1,
      "cpu;core=0;host=web1": 7,
    });
    expect(await valuesOf(agent, "mem")).toEqual({ "mem.used;host=web1": 5 });
  });

  it("good lines are kept beside bad ones, and the sender is told", async () => {
    const agent = await agentOfTest();
    const reply = await agent.post("/write?db=x", "good value=1\nbad\nbad2 value=\ngood2 value=2");
    expect(reply.status).toBe(400);
    expect(reply.json).toMatchObject({
      error: expect.stringContaining("partial write: unable to parse 'bad'"),
    });
    expect(reply.headers["x-influxdb-error"]).toContain("partial write");
    expect(await valuesOf(agent, "good")).toEqual({ good: 1, good2: 2 });
    expect((await agent.post("/api/v2/write", "bad")).json).toMatchObject({ code: "invalid" });
    expect((await agent.post("/write?precision=days", "a value=1")).status).toBe(400);
    expect(await reportOf(agent, "push")).toMatchObject({ received: 5, metrics: 2 });
  });

  it("what nobody can keep is told with its reason and number; what came late is kept", async () => {
    const agent = await agentOfTest({ store: { history: { max_series: 2 } } });
    const now = Math.floor(Date.now() / 1000);
    const write = (lines: string, path = "/write") => agent.post(`${path}?precision=s`, lines);
    expect((await write(`late v=1 ${now - 25 * 3600}\nlate v=2 ${now - 49 * 3600}`)).status).toBe(204);
    const kept = await agent.get("/history?series=late.v&from=-3d&step=1h");
    expect((kept.json as { points: number[][] }).points.map(([, value]) => value)).toEqual([2, 1]);
    const ahead = await write(`late v=1 ${now + 7200}\nlate v=1 ${now}000\nlate v=3 ${now}`);
    expect(ahead).toMatchObject({
      status: 400,
      json: { error: "partial write: a time more than an hour ahead: 2 dropped=2" },
    });
    expect(ahead.headers["x-influxdb-error"]).toContain("dropped=2");
    expect(await valuesOf(agent, "late")).toEqual({ "late.v": 3 });
    const many = await write(`a v=1\nb v=1\nc v=1\nbad`, "/api/v2/write");
    expect(many.status).toBe(400);
    expect(many.json).toMatchObject({
      code: "invalid",
      message: expect.stringMatching(
        /unable to parse 'bad'.*; a series beyond store\.history\.max_series: 2 dropped=2$/,
      ),
    });
    const entry = (name: string, timestamp: number) => ({ name, timestamp, value: 1 });
    const posted = await agent.post(
      "/post?ns=x",
      JSON.stringify([entry("d", now), entry("d", now - 400 * 86_400)]),
    );
    expect(posted).toMatchObject({
      status: 400,
      text: expect.stringMatching(/^kept 0, cannot be kept: .*: 1, .*: 1\n$/),
    });
    expect((await reportOf(agent, "push")).faults).toMatchObject({
      "a time more than an hour ahead": 2,
      "a series beyond store.history.max_series": 3,
      "a time older than the history keeps": 1,
    });
  });

  it("an odd quote in a comment or a tag costs no other line", async () => {
    const agent = await agentOfTest();
    const lines = `# disk is 2.5" wide\nmem used=4\nmem free=5\ndisk,model=ST2.5" free=3\nnet,if=eth0 rx=1\n`;
    expect((await agent.post("/write", lines)).status).toBe(204);
    expect(await reportOf(agent, "push")).toMatchObject({ received: 4, metrics: 4, faults: {} });
  });

  it("nothing that senders write becomes a reason for counting", async () => {
    const agent = await agentOfTest();
    const bad = Array.from({ length: 5000 }, (_, number) => `m,k${number}=1,k${number}=2 v=1`);
    const reply = await agent.post("/write", bad.join("\n"));
    expect(reply.json).toMatchObject({ error: expect.stringContaining("k0=2") });
    expect((await reportOf(agent, "push")).faults).toEqual({ "a tag twice": 5000 });
  });

  it("a few bytes that stand for very many are not unpacked", async () => {
    const agent = await agentOfTest({ api: { max_body: "1MiB" } });
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    const headers = { "content-encoding": "gzip" };
    expect((await agent.post("/write", bomb, { headers })).status).toBe(413);
    expect((await agent.post("/write", "no gzip", { headers })).status).toBe(400);
    expect((await agent.post("/write", "x", { headers: { "content-encoding": "br" } })).status).toBe(400);
  });

  it("clients of InfluxDB may ask what they ask before they write", async () => {
    const agent = await agentOfTest();
    expect((await agent.get("/ping")).status).toBe(204);
    const created = await agent.post("/query", "q=CREATE+DATABASE+%22telegraf%22");
    expect(created.json).toEqual({ results: [{ statement_id: 0 }] });
    expect((await agent.post("/query", "q=DROP+DATABASE+x")).status).toBe(400);
  });

  it("loda's array answers in the original's words", async () => {
    const agent = await agentOfTest();
    const now = Math.floor(Date.now() / 1000);
    const post = (body: unknown, ns = "?ns=a.b.loda") => agent.post(`/post${ns}`, JSON.stringify(body));
    const good = [
      { name: "queue.len", timestamp: now, tags: { q: " mail ", empty: "" }, value: 17 },
      { name: "up", value: true, timestamp: 5 },
      { name: "text", value: "lost" },
    ];
    expect(await post(good)).toMatchObject({ status: 200, text: "send data to MQ success\n" });
    expect(await valuesOf(agent, "RUN.")).toEqual({
      "RUN.queue.len;ns=a.b.loda;q=mail": 17,
      "RUN.up;ns=a.b.loda": 1,
    });
    expect(await post([])).toMatchObject({ status: 200 });
    expect(await post(null)).toMatchObject({ status: 200 });
    expect(await post([{ name: "a/b", value: 1 }])).toMatchObject({
      status: 400,
      text: "invalid metric name, just allow 0-9 a-z A-Z - _ .",
    });
    for (const bad of [
      {},
      [null],
      [1],
      [{ name: 1 }],
      [{ name: "a", tags: { b: 1 } }],
      [{ name: "a", timestamp: 1.5 }],
    ])
      expect(await post(bad)).toMatchObject({
        status: 500,
        text: expect.stringMatching(/^failed to decode json:/),
      });
    expect(await post(good, "")).toMatchObject({ status: 500, text: "invalid ns\n" });
    expect(await post(good, "?ns=a/b")).toMatchObject({ status: 500, text: "invalid ns\n" });
  });

  it("know their senders in the words of InfluxDB's clients", async () => {
    const token = "a-token-that-nobody-guesses";
    const agent = await agentOfTest({
      access: { callers: [{ name: "telegraf", token, roles: ["metrics"] }] },
    });
    const write = async (authorization?: string) => {
      const headers = authorization === undefined ? {} : { authorization };
      return (await agent.post("/write", "a value=1", { headers })).status;
    };
    expect(await write(`Token ${token}`)).toBe(204);
    expect(await write(`Basic ${Buffer.from(`any:${token}`).toString("base64")}`)).toBe(204);
    expect(await write("Token wrong")).toBe(403);
    expect(await write()).toBe(403);
  });

  it("needs the role metrics", async () => {
    const agent = await agentOfTest({ access: { anonymous: ["read"] } });
    for (const path of ["/write", "/api/v2/write", "/post?ns=a"])
      expect((await agent.post(path, "a value=1")).status).toBe(403);
  });
});

describe("the guard", () => {
  it("lets one source fill its own room, and names the offender", async () => {
    const agent = await agentOfTest({ pipeline: { max_series: 100 } });
    const lines = Array.from({ length: 5000 }, (_, number) => `web,user=u${number} hits=1`).join("\n");
    expect(await agent.post("/write", lines)).toMatchObject({
      status: 400,
      json: { error: "partial write: a series beyond pipeline.max_series: 4900 dropped=4900" },
    });
    expect((await agent.get("/series/top?limit=1")).json).toEqual({
      sources: [
        {
          ...{ source: "push", limit: 100, series: 100, overflow: 4900 },
          families: [{ name: "web.hits", count: 100 }],
          tags: [{ name: "user", count: 100 }],
          refused: [{ name: "web.hits", count: 4900 }],
        },
      ],
    });
  });
});

describe("a stage that puts values together", () => {
  it("keeps at a stop what it holds, and the next agent has it", async () => {
    const home = directoryOfTest();
    const settings: Readonly<Record<string, object>> = {
      log: { level: "fatal" },
      api: { listen: "127.0.0.1:0" },
      inputs: { collectors: { enabled: false } },
      pipeline: { stages: [{ roll_up: { every: "1h", aggregate: ["sum"] } }] },
    };
    const entries = Object.entries(schemas).map(([key, schema]) => [key, schema.parse(settings[key] ?? {})]);
    const open = () =>
      startAgent(Object.fromEntries(entries) as AgentConfig, {
        ...{ version: "0.0.0-test", stateDirectory: home, socketPath: join(home, "agent.sock") },
        ...{ shippedPacks: join(home, "packs"), configDirectory: home },
        ...{ environment: () => undefined, variables: {}, requestStop: () => {} },
        ...{ shippedPrograms: home, createCertificate: () => sharedCertificate() },
      });
    const first = await open();
    const write = { method: "POST", path: "/write", body: "jobs value=1\njobs value=2" };
    expect((await send(portOf(first.addresses[0]), write)).status).toBe(204);
    await first.stop();
    const second = await open();
    onTestFinished(() => second.stop());
    const path = `/history?series=jobs&from=-2h&to=${Date.now() / 1000 + 7200}`;
    const { json } = await send(portOf(second.addresses[0]), { method: "GET", path });
    expect((json as { points: [number, number][] }).points.map(([, value]) => value)).toEqual([3]);
  });
});
