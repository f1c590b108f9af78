// Collector `redis`, with a real server on the loopback and on a unix socket.
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Daemon, freePort, startDaemon } from "../../../test/support/servers/daemon.ts";
import { oddServer } from "../../../test/support/servers/odd-server.ts";
import { readingOver, reportOf, sampleOf } from "../../../test/support/servers/reading.ts";
import { temporaryDirectory } from "../../../test/support/temporary.ts";
import { metricsOfReading } from "../reading-metrics.ts";
import { parseRedisInfo } from "./parsing/redis-info.ts";
import { takeReplies } from "./parsing/redis-reply.ts";
import { redis } from "./redis.ts";

const password = "open sesame, said he";

describe("a server", () => {
  const directory = temporaryDirectory();
  const socket = join(directory.path, "redis.sock");
  const server = "127.0.0.1";
  let daemon: Daemon | undefined;
  let port = 0;

  beforeAll(async () => {
    port = await freePort();
    const options = { port, bind: server, dir: directory.path, unixsocket: socket, requirepass: password };
    const words = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
    daemon = await startDaemon({ command: "redis-server", args: [...words, "--save", ""], port });
  });
  afterAll(async () => {
    await daemon?.stop();
    directory.release();
  });

  it.each([
    ["its port", () => ({ server, port })],
    ["its unix socket", () => ({ socket })],
  ])("is read at %s", async (_where, place) => {
    const reading = await readingOver(redis, { ...place(), password });
    expect(reading).toMatchObject({ available: true, tcp_port: port, role: "master", loading: 0 });
    expect(reading["redis_version"]).toMatch(/^\d+\.\d+\.\d+$/);
    expect(reading["used_memory"]).toBeGreaterThan(100_000);
    expect(reading["connexion_latency_ms"]).toBeGreaterThanOrEqual(0);
    // At least the INFO that was asked for the earlier sample.
    expect(reading["total_commands_processed/s"]).toBeGreaterThan(0);
    for (const name of ["used_cpu_sys", "used_cpu_user", "used_cpu_sys_children", "used_cpu_user_children"]) {
      expect(reading[`${name}/s`]).toBeGreaterThanOrEqual(0);
      expect(reading).not.toHaveProperty(name);
    }
    expect(reading).not.toHaveProperty("total_commands_processed");
  });

  it("has a reading after its first round", async () => {
    const report = await reportOf(redis, { server, port, password });
    expect(report).toMatchObject({ state: "OK", active: true });
    expect(report.metrics).toBeGreaterThan(50);
    expect(JSON.stringify(report)).not.toContain(password);
  });

  it.each([
    ["no password", {}, /NOAUTH/],
    ["a wrong password", { password: "some other words" }, /WRONGPASS/],
  ])("refuses %s", async (_what, config, reason) => {
    const report = await reportOf(redis, { server, port, ...config });
    expect(report).toMatchObject({ state: "ERROR", active: false, results: undefined });
    expect(report.log).toMatch(reason);
    expect(report.log).toContain(`127.0.0.1:${port} does not answer`);
    expect(JSON.stringify(report)).not.toContain("some other words");
  });
});

describe("the collector", () => {
  const sample = (fields: string) => ({ fields: parseRedisInfo(fields), connectionMs: 1.234 });

  it("has rates in place of the counters, of processors in percent", () => {
    const before = sample("run_id:abc\r\ntotal_commands_processed:100\r\nused_cpu_sys:1.5\r\n");
    const now = sample(
      "run_id:abc\r\ntotal_commands_processed:150\r\nused_cpu_sys:2.5\r\ndb0:keys=2,expires=1\r\n",
    );
    const reading = redis.measure(now, { sample: before, elapsedMs: 4000 });
    expect(reading).toEqual({
      run_id: "abc",
      db0: { keys: 2, expires: 1 },
      "total_commands_processed/s": 12.5,
      "used_cpu_sys/s": 25,
      available: true,
      connexion_latency_ms: 1.23,
    });
    expect(metricsOfReading(redis, reading ?? {}, 0).map(({ name }) => name)).toContain("redis.db0.keys");
  });

  it.each([
    ["a counter went back", "run_id:abc\ntotal_commands_processed:5"],
    ["another server answers", "run_id:def\ntotal_commands_processed:500"],
  ])("has no rate when %s", (_when, text) => {
    const before = sample("run_id:abc\ntotal_commands_processed:100");
    expect(Object.keys(redis.measure(sample(text), { sample: before, elapsedMs: 1000 }) ?? {})).toEqual([
      "run_id",
      "available",
      "connexion_latency_ms",
    ]);
  });

  it("does not repeat a password that the server repeats", async () => {
    const { port } = await oddServer((socket) => socket.end(`-ERR unknown '${password}'\r\n`));
    const report = await reportOf(redis, { server: "127.0.0.1", port, password });
    expect(report.log).toBe(`127.0.0.1:${port} does not answer: ERR unknown '***'`);
  });

  it("takes an answer that comes a byte at a time", async () => {
    const { port } = await oddServer((socket) => {
      socket.setNoDelay(true);
      const answer = "+OK\r\n$7\r\na:1\r\nb:\r\n";
      let at = 0;
      const next = () => {
        if (at < answer.length) socket.write(answer[at++] ?? "", () => setImmediate(next));
      };
      next();
    });
    expect(await sampleOf(redis, { server: "127.0.0.1", port, password })).toMatchObject({
      fields: { a: 1, b: "" },
    });
  });
});

describe("parseRedisInfo", () => {
  it.each([
    ["a whole number", "uptime_in_days:12", { uptime_in_days: 12 }],
    ["a fraction", "used_cpu_sys:0.25", { used_cpu_sys: 0.25 }],
    ["a negative number", "second_repl_offset:-1", { second_repl_offset: -1 }],
    ["a text", "redis_version:7.0.15", { redis_version: "7.0.15" }],
    ["a share", "used_memory_peak_perc:99.1%", { used_memory_peak_perc: "99.1%" }],
    ["an identifier of digits", "redis_git_sha1:00000000", { redis_git_sha1: "00000000" }],
    ["more digits than a number has", "build:12345678901234567890", { build: "12345678901234567890" }],
    ["a colon in the value", "os:Linux: 6.1", { os: "Linux: 6.1" }],
    ["an empty value", "config_file:", { config_file: "" }],
    ["pairs", "db0:keys=3,avg_ttl=1.5", { db0: { keys: 3, avg_ttl: 1.5 } }],
    ["one pair", "errorstat_ERR:count=2", { errorstat_ERR: { count: 2 } }],
    ["a replica", "slave0:ip=::1,state=online", { slave0: { ip: "::1", state: "online" } }],
    ["a path with an equals sign", "executable:/a=b/redis", { executable: "/a=b/redis" }],
    ["a heading", "# Server\r\n\r\nno field", {}],
  ])("reads %s", (_what, text, fields) => expect(parseRedisInfo(text)).toEqual(fields));

  it("takes any text, and no more than it may", () => {
    const line = fc.oneof(fc.string(), fc.constantFrom("a:1", "__proto__:x", "a:__proto__=1", "\n", "k=v:"));
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const fields = parseRedisInfo(lines.join("\n"));
        expect(Object.getPrototypeOf(fields)).toBe(Object.prototype);
        expect(
          Object.values(fields).every((value) => typeof value !== "number" || Number.isFinite(value)),
        ).toBe(true);
      }),
    );
    const many = Array.from({ length: 5000 }, (_, at) => `f${at}:1`).join("\n");
    expect(Object.keys(parseRedisInfo(many))).toHaveLength(2000);
  });
});

describe("takeReplies", () => {
  const line = fc.string().map((text) => text.replace(/[\r\n]/g, ""));
  const reply = fc.oneof(
    line.map((text) => ({ bytes: `+${text}\r\n`, reply: { text } })),
    line.map((error) => ({ bytes: `-${error}\r\n`, reply: { error } })),
    fc.string().map((text) => ({ bytes: `$${Buffer.byteLength(text)}\r\n${text}\r\n`, reply: { text } })),
  );

  it("gives back what was sent, and asks for more until all of it is there", () => {
    fc.assert(
      fc.property(fc.array(reply, { minLength: 1, maxLength: 4 }), fc.nat(), (sent, cut) => {
        const bytes = Buffer.from(sent.map((one) => one.bytes).join(""));
        const refused = sent.findIndex((one) => "error" in one.reply);
        const taken = refused < 0 ? sent : sent.slice(0, refused + 1);
        expect(takeReplies(bytes, sent.length)).toEqual({ replies: taken.map((one) => one.reply) });
        if (refused >= 0) return;
        const part = bytes.subarray(0, cut % bytes.length);
        const wanting = takeReplies(part, sent.length);
        expect(wanting).toHaveProperty("neededBytes");
        if (wanting !== undefined && "neededBytes" in wanting) {
          expect(wanting.neededBytes).toBeGreaterThan(part.length);
          expect(wanting.neededBytes).toBeLessThanOrEqual(bytes.length);
        }
      }),
    );
  });

  it("takes any bytes", () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => void takeReplies(Buffer.from(bytes), 2)));
  });

  it.each([
    ["another protocol", "HTTP/1.1 400\r\n"],
    ["nothing at all", "$-1\r\n"],
    ["a length in words", "$x\r\n"],
    ["more than was told", "$2\r\nabcd"],
    ["a number", ":1\r\n"],
    ["a line without an end", `+${"x".repeat(5000)}`],
  ])("knows that %s is none", (_what, text) => expect(takeReplies(Buffer.from(text), 1)).toBeUndefined());
});
