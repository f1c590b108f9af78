// Collector `mongodb`, with a server that speaks its protocol on the loopback.
import fc from "fast-check";
import { BSON } from "mongodb";
import { describe, expect, it } from "vitest";
import { abortListeners } from "../../../test/support/abort-listeners.ts";
import {
  databaseStats,
  healthy,
  hello,
  mongoServer,
  replicaSetStatus,
  serverStatus,
} from "../../../test/support/servers/mongo-server.ts";
import { oddServer } from "../../../test/support/servers/odd-server.ts";
import { readingOver, reportOf, sampleOf } from "../../../test/support/servers/reading.ts";
import type { Reading } from "../collector.ts";
import { hostsOf } from "./clients/mongodb-client.ts";
import { mongodb } from "./mongodb.ts";
import { boundedReading } from "./parsing/bounded-reading.ts";
import { levelIn } from "./parsing/branches.ts";
import { bsonScalar } from "./parsing/bson-scalar.ts";
import { parseDatabaseStats, parseDatabases, parseServerStatus } from "./parsing/mongodb-status.ts";
import { parseReplicaSet } from "./parsing/replica-set.ts";

const uriOf = (port: number) => `mongodb://127.0.0.1:${port}`;

describe("a server", () => {
  it("is read whole, with rates beside the counters", async () => {
    let factor = 1;
    const { port } = await mongoServer((command) => healthy(factor)(command));
    const reading = await readingOver(mongodb, { uri: uriOf(port) }, async () => {
      factor = 2;
    });
    const { ok: _, ...stats } = databaseStats("shop");
    expect(reading).toMatchObject({
      available: true,
      version: "7.0.12",
      uptime: 1002,
      pid: 4711,
      localTime: "2024-03-01T10:00:00.000Z",
      connections: { current: 5, available: 51_195 },
      extraInfo: { page_faults: 12, user_time_us: 5_000_000 },
      globalLock: { totalTime: 1e9, activeClients: { readers: 1 } },
      mem: { resident: 170, virtual: 2800 },
      cursors: { totalOpen: 3 },
      opcounters: { insert: 200, deprecated: { query: 0 } },
      wiredTiger: { cache: { "percentage overhead": 8.5 } },
      dbStats: {
        admin: { db: "admin" },
        shop: { ...stats, collections: 2, objects: 1500, indexes: 3 },
      },
    });
    for (const name of ["ok", "$clusterTime", "extra_info", "replSet"])
      expect(reading).not.toHaveProperty(name);
    const { opcounters, asserts } = reading as Record<string, Record<string, number>>;
    expect(opcounters?.["insertPS"]).toBeGreaterThan(0);
    expect((opcounters?.["commandPS"] ?? 0) / (opcounters?.["insertPS"] ?? 1)).toBeCloseTo(10, 1);
    expect([opcounters?.["updatePS"], asserts?.["regularPS"]]).toEqual([0, 0]);
    expect(asserts?.["userPS"]).toBeGreaterThan(0);
    expect(opcounters).not.toHaveProperty("deprecatedPS");
  });

  it("tells of its replica set where that is wanted", async () => {
    const { port } = await mongoServer((command) =>
      "hello" in command ? { ...hello, setName: "rs0", secondary: false } : healthy()(command),
    );
    const reading = await readingOver(mongodb, { uri: uriOf(port), replicat_set: true });
    expect(reading["replSet"]).toEqual({
      setName: "rs0",
      isMaster: true,
      isSecondary: false,
      isArbiter: false,
      myState: 1,
      members: {
        0: { name: "db-1:27017", state: 1, optimeDate: "2024-03-01T09:59:59.000Z", error: "" },
        1: {
          name: "db-2:27017",
          state: 8,
          optimeDate: "1970-01-01T00:00:00.000Z",
          lastHeartbeat: "2024-03-01T09:59:58.000Z",
          error: "Connection refused",
        },
      },
    });
  });

  it("has a reading after its first round, and no connection after it", async () => {
    const { port, empty } = await mongoServer(healthy());
    const report = await reportOf(mongodb, { uri: uriOf(port) });
    expect(report).toMatchObject({ state: "OK", active: true });
    expect(report.metrics).toBeGreaterThan(40);
    await empty();
  });

  it("is found as its address says", async () => {
    const { port } = await mongoServer(healthy());
    const uri = `mongodb://127.0.0.1:${port}/?directConnection=true`;
    expect(await sampleOf(mongodb, { uri })).toMatchObject({ status: { version: "7.0.12" } });
  });

  it("is asked about a hundred databases at most", async () => {
    const many = Array.from({ length: 130 }, (_, at) => ({ name: `db${at}` }));
    const { port, asked } = await mongoServer((command) =>
      "listDatabases" in command ? { databases: many, ok: 1 } : healthy()(command),
    );
    await sampleOf(mongodb, { uri: uriOf(port) });
    expect(asked.filter((command) => "dbStats" in command)).toHaveLength(100);
  });

  it("leaves nobody listening for the end of its reading", async () => {
    const { port } = await mongoServer(healthy());
    const { signal } = new AbortController();
    await sampleOf(mongodb, { uri: uriOf(port) }, signal);
    expect(abortListeners(signal)).toBe(0);
  });

  it.each([
    [
      "by user and password",
      (port: number) => ({ uri: uriOf(port), user: "watcher", password: "p@ss of mongo" }),
    ],
    [
      "in the address",
      (port: number) => ({ uri: `mongodb://watcher:p%40ss%20of%20mongo@127.0.0.1:${port}` }),
    ],
  ])("refuses wrong credentials %s, which are not repeated", async (_where, config) => {
    const { port, asked } = await mongoServer(healthy());
    const report = await reportOf(mongodb, config(port));
    expect(report).toMatchObject({
      state: "ERROR",
      log: `127.0.0.1:${port} does not answer: Authentication failed.`,
    });
    expect(asked.some((command) => "saslStart" in command)).toBe(true);
    expect(JSON.stringify(report)).not.toMatch(/p@ss|p%40ss|watcher/);
  });

  it("says which right is missing", async () => {
    const { port } = await mongoServer((command) =>
      "serverStatus" in command
        ? { ok: 0, code: 13, codeName: "Unauthorized", errmsg: "not authorized on admin" }
        : healthy()(command),
    );
    const report = await reportOf(mongodb, { uri: uriOf(port) });
    expect(report.log).toBe(`127.0.0.1:${port} does not answer: not authorized on admin`);
  });

  it("is given up in the middle of a reading", async () => {
    const ending = new AbortController();
    const server = await mongoServer((command) => {
      if (!("serverStatus" in command)) return healthy()(command);
      ending.abort();
      return undefined;
    });
    await expect(sampleOf(mongodb, { uri: uriOf(server.port) }, ending.signal)).rejects.toThrow();
    await server.empty();
  });

  it("may not answer without end", async () => {
    const { port } = await oddServer((socket) => {
      // It says that two gigabytes follow, and sends a good part of them.
      const head = Buffer.from([0xff, 0xff, 0xff, 0x7f]);
      const chunk = Buffer.alloc(1024 * 1024);
      socket.once("data", () => {
        socket.write(head);
        for (let count = 0; count < 12; count += 1) socket.write(chunk);
      });
    });
    const failure: unknown = await sampleOf(mongodb, { uri: uriOf(port) }).catch((thrown: unknown) => thrown);
    expect(failure).toMatchObject({
      code: "collector.unanswered",
      message: expect.stringMatching(/larger than/) as string,
    });
  });
});

describe("the address", () => {
  it.each([
    ["mongodb://localhost", "localhost"],
    ["mongodb://a:1,b:2/db?x=y", "a:1,b:2"],
    ["mongodb://me:hush@a:1/db", "a:1"],
    ["mongodb://me:hu/s@h@a", "a"],
    ["mongodb+srv://me:hush@cluster.example/?w=1", "cluster.example"],
    ["nonsense", "nonsense"],
  ])("%s is shown as %s", (uri, hosts) => expect(hostsOf(uri)).toBe(hosts));

  it.each(["nonsense", "mongodb://me:hu%zz@host", "mongodb://me:hush@host/?odd=hush", "mongodb://me:hush@"])(
    "%s is refused without a word of it",
    async (uri) => {
      const failure: unknown = await sampleOf(mongodb, { uri }).catch((thrown: unknown) => thrown);
      expect(failure).toMatchObject({ code: "collector.unanswered" });
      expect(String(failure)).not.toMatch(/hu%|hush|me:/);
      expect(failure).toHaveProperty("cause", undefined);
    },
  );
});

describe("the collector", () => {
  const sample = (factor: number, dbStats: Reading = {}) => ({
    status: parseServerStatus(serverStatus(factor)),
    dbStats,
    replSet: undefined,
  });
  const rateOf = (now: number, before: number) => {
    const reading = mongodb.measure(sample(now), { sample: sample(before), elapsedMs: 4000 });
    return levelIn(reading ?? {}, "opcounters")["insertPS"];
  };

  it("divides by the real time", () => expect(rateOf(3, 1)).toBe(50));
  it("has no rates after a new start", () => expect(rateOf(1, 3)).toBeUndefined());
  it("needs an earlier sample", () => expect(mongodb.measure(sample(1), undefined)).toBeUndefined());

  it("keeps what is promised of a status that is too long", () => {
    const long = Object.fromEntries(Array.from({ length: 5000 }, (_, at) => [`a${at}`, at]));
    const status = parseServerStatus({ metrics: long, ...serverStatus(1) });
    expect(status).toMatchObject({ opcounters: { insert: 100 }, mem: { resident: 170 }, extraInfo: {} });
    expect(Object.keys(status["metrics"] as Reading).length).toBeLessThan(2000);
  });
});

describe("the parsers", () => {
  it.each([
    [BSON.Long.fromNumber(2 ** 40), 2 ** 40],
    [new BSON.Double(1.5), 1.5],
    [new BSON.Int32(3), 3],
    [BSON.Decimal128.fromString("2.25"), 2.25],
    [BSON.Decimal128.fromString("NaN"), undefined],
    [new Date("2024-01-02T03:04:05Z"), "2024-01-02T03:04:05.000Z"],
    [new Date(Number.NaN), undefined],
    [new BSON.Timestamp({ t: 60, i: 1 }), "1970-01-01T00:01:00.000Z"],
    [new BSON.ObjectId("65f0c0ffee65f0c0ffee65f0"), "65f0c0ffee65f0c0ffee65f0"],
    [new BSON.Binary(Buffer.from("abc")), undefined],
    [new BSON.MinKey(), undefined],
    [new Map(), undefined],
  ])("show %o as %j", (value, shown) => expect(bsonScalar(value)).toEqual(shown));

  it("take any document", () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (one, other) => {
        parseServerStatus(one);
        parseDatabases(one);
        parseDatabaseStats(one);
        parseReplicaSet({ hello: one, status: other });
        parseServerStatus({ metrics: one, cursors: other, opcounters: one });
        parseReplicaSet({ hello: other, status: { members: [one, other] } });
        parseDatabases({ databases: [one, { name: other }] });
      }),
    );
    expect(parseReplicaSet({ hello: {}, status: replicaSetStatus })).toMatchObject({
      setName: "rs0",
      isMaster: false,
    });
  });
});

describe("boundedReading", () => {
  const leavesOf = (value: unknown): number =>
    typeof value === "object" && value !== null
      ? Object.values(value).reduce((sum: number, one) => sum + leavesOf(one), 0)
      : 1;
  const depthOf = (value: unknown): number =>
    typeof value === "object" && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;

  it("is JSON as it is, where it is within the bounds", () => {
    const json = fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown);
    const named = fc.dictionary(
      fc.string().filter((key) => key !== "__proto__"),
      json,
      { noNullPrototype: true },
    );
    const plain = (value: unknown) =>
      JSON.parse(JSON.stringify(value), (key, one: unknown) =>
        key === "__proto__" ? undefined : one,
      ) as unknown;
    fc.assert(fc.property(named, (value) => void expect(boundedReading(value)).toEqual(plain(value))));
  });

  it("is never larger or deeper than it may be", () => {
    fc.assert(
      fc.property(fc.object({ maxDepth: 6 }), fc.nat(8), fc.nat(20), (value, depth, leaves) => {
        const reading = boundedReading(value, { depth: depth + 1, leaves });
        expect(leavesOf(reading)).toBeLessThanOrEqual(leaves);
        expect(depthOf(reading)).toBeLessThanOrEqual(depth + 1);
      }),
    );
  });

  it("counts levels that hold nothing", () => {
    const empties = Object.fromEntries(Array.from({ length: 9000 }, (_, at) => [`e${at}`, at % 2 ? {} : []]));
    expect(Object.keys(boundedReading(empties) ?? {})).toHaveLength(2000);
  });

  it.each([[null], [[]], ["text"], [7], [undefined], [new Date()]])("is none for %j", (value) =>
    expect(boundedReading(value)).toBeUndefined(),
  );
});
