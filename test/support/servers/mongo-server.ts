// A server that speaks MongoDB's protocol as far as a reading needs it, with documents as the real one has them.
import type { Socket } from "node:net";
import { BSON, type Document } from "mongodb";
import { type OddServer, oddServer } from "./odd-server.ts";

/** The answer to a command by its name; undefined is no answer at all. */
export type MongoAnswers = (command: Document) => Document | undefined;

export interface MongoServer extends OddServer {
  readonly asked: Document[];
}

const headBytes = 16;
const opReply = 1;
const opQuery = 2004;
const opMessage = 2013;

export async function mongoServer(answers: MongoAnswers): Promise<MongoServer> {
  const asked: Document[] = [];
  const server = await oddServer((socket) => serve(socket, answers, asked));
  return { ...server, asked };
}

function serve(socket: Socket, answers: MongoAnswers, asked: Document[]): void {
  let held = Buffer.alloc(0);
  socket.on("data", (chunk: Buffer) => {
    held = Buffer.concat([held, chunk]);
    while (held.length >= headBytes && held.length >= held.readInt32LE(0)) {
      const message = held.subarray(0, held.readInt32LE(0));
      held = held.subarray(message.length);
      const kind = message.readInt32LE(12);
      const command = commandIn(message, kind);
      if (!("hello" in command || "ismaster" in command)) asked.push(command);
      const answer = answers(command);
      if (answer !== undefined) socket.write(encoded(message.readInt32LE(4), kind, answer));
    }
  });
}

function commandIn(message: Buffer, kind: number): Document {
  // The document stands after flags and its kind; in the older message after flags, a name and two numbers.
  const at = kind === opQuery ? message.indexOf(0, headBytes + 4) + 1 + 8 : headBytes + 5;
  return BSON.deserialize(message.subarray(at, at + message.readInt32LE(at)));
}

function encoded(to: number, kind: number, answer: Document): Buffer {
  const document = BSON.serialize(answer);
  const before = Buffer.alloc(kind === opQuery ? 20 : 5);
  if (kind === opQuery) before.writeInt32LE(1, 16);
  const head = Buffer.alloc(headBytes);
  head.writeInt32LE(headBytes + before.length + document.length, 0);
  head.writeInt32LE(to, 8);
  head.writeInt32LE(kind === opQuery ? opReply : opMessage, 12);
  return Buffer.concat([head, before, document]);
}

export const hello: Document = {
  helloOk: true,
  ismaster: true,
  isWritablePrimary: true,
  topologyVersion: {
    processId: new BSON.ObjectId("65f0c0ffee65f0c0ffee65f0"),
    counter: BSON.Long.fromNumber(6),
  },
  maxBsonObjectSize: 16_777_216,
  maxMessageSizeBytes: 48_000_000,
  maxWriteBatchSize: 100_000,
  localTime: new Date("2024-03-01T10:00:00Z"),
  logicalSessionTimeoutMinutes: 30,
  connectionId: 17,
  minWireVersion: 0,
  maxWireVersion: 21,
  readOnly: false,
  ok: 1,
};

/** As version 7 answers, shortened; `factor` makes the counters grow. */
export function serverStatus(factor: number): Document {
  const long = (value: number) => BSON.Long.fromNumber(value);
  return {
    host: "db-1:27017",
    version: "7.0.12",
    process: "mongod",
    service: ["mongod"],
    pid: long(4711),
    uptime: 1000 + factor,
    uptimeMillis: long(1_000_000 + factor * 1000),
    localTime: new Date("2024-03-01T10:00:00Z"),
    asserts: { regular: 0, warning: 0, msg: 0, user: 10 * factor, tripwire: 0, rollovers: 0 },
    connections: { current: 5, available: 51_195, totalCreated: 9, active: 2 },
    extra_info: { note: "fields vary by platform", page_faults: 12, user_time_us: long(5_000_000) },
    globalLock: {
      totalTime: long(1_000_000_000),
      currentQueue: { total: 0, readers: 0, writers: 0 },
      activeClients: { total: 1, readers: 1, writers: 0 },
    },
    mem: { bits: 64, resident: 170, virtual: 2800, supported: true },
    metrics: { cursor: { timedOut: long(0), open: { noTimeout: long(0), pinned: long(0), total: long(3) } } },
    opLatencies: { reads: { latency: long(2 ** 60), ops: long(7) } },
    opcounters: {
      insert: long(100 * factor),
      query: long(40 * factor),
      update: long(0),
      delete: long(0),
      getmore: long(0),
      command: long(1000 * factor),
      deprecated: { query: long(0) },
    },
    storageEngine: { name: "wiredTiger", persistent: true },
    wiredTiger: { cache: { "bytes currently in the cache": 24_576, "percentage overhead": 8.5 } },
    ok: 1,
    $clusterTime: { clusterTime: new BSON.Timestamp({ t: 1_709_287_200, i: 1 }) },
  };
}

const databases = ["admin", "shop"];

export function databaseStats(db: string): Document {
  return {
    db,
    collections: BSON.Long.fromNumber(2),
    objects: BSON.Long.fromNumber(1500),
    avgObjSize: 210.5,
    dataSize: 315_750,
    storageSize: 81_920,
    indexes: BSON.Long.fromNumber(3),
    indexSize: 61_440,
    fsUsedSize: 9e9,
    fsTotalSize: 4e10,
    ok: 1,
  };
}

export const replicaSetStatus: Document = {
  set: "rs0",
  date: new Date("2024-03-01T10:00:00Z"),
  myState: 1,
  members: [
    {
      _id: 0,
      name: "db-1:27017",
      health: 1,
      state: 1,
      stateStr: "PRIMARY",
      optimeDate: new Date("2024-03-01T09:59:59Z"),
      lastHeartbeatMessage: "",
      self: true,
    },
    {
      _id: 1,
      name: "db-2:27017",
      health: 0,
      state: 8,
      stateStr: "(not reachable/healthy)",
      optimeDate: new Date(0),
      lastHeartbeat: new Date("2024-03-01T09:59:58Z"),
      lastHeartbeatMessage: "Connection refused",
    },
  ],
  ok: 1,
};

const greeting = ({ saslSupportedMechs }: Document): Document =>
  saslSupportedMechs === undefined ? hello : { ...hello, saslSupportedMechs: ["SCRAM-SHA-256"] };

const refusal = { ok: 0, code: 18, codeName: "AuthenticationFailed", errmsg: "Authentication failed." };

const byCommand: Readonly<Record<string, (command: Document, factor: number) => Document>> = {
  hello: greeting,
  ismaster: greeting,
  serverStatus: (_command, factor) => serverStatus(factor),
  listDatabases: () => ({ databases: databases.map((name) => ({ name })), ok: 1 }),
  dbStats: (command) => databaseStats(String(command["$db"])),
  replSetGetStatus: () => replicaSetStatus,
  endSessions: () => ({ ok: 1 }),
  saslStart: () => refusal,
};

/** What a healthy server answers that knows no user. */
export function healthy(factor = 1): MongoAnswers {
  return (command) => {
    const name = Object.keys(command)[0] ?? "";
    const answer = byCommand[name.toLowerCase() === "ismaster" ? "ismaster" : name];
    return (
      answer?.(command, factor) ?? { ok: 0, code: 59, codeName: "CommandNotFound", errmsg: "no such command" }
    );
  };
}
