// Collector `mongodb`: the server's status, its databases and its replica set (contract opsbro §4.3).
import * as z from "zod";
import { secret } from "../../kernel/schema.ts";
import { type CollectorNeeds, defineCollector, type Earlier, type Reading } from "../collector.ts";
import { growth, perSecond } from "../collectors/measuring/rate.ts";
import { type MongoAccess, type MongoAsk, withMongo } from "./clients/mongodb-client.ts";
import { levelIn, numberOf } from "./parsing/branches.ts";
import { parseDatabaseStats, parseDatabases, parseServerStatus } from "./parsing/mongodb-status.ts";
import { parseReplicaSet } from "./parsing/replica-set.ts";

interface MongoConfig extends MongoAccess {
  readonly replicat_set: boolean;
}

interface MongoSample {
  readonly status: Reading;
  readonly dbStats: Reading;
  readonly replSet: Reading | undefined;
}

const mostDatabases = 100;
/** Levels of counters, each of which gets a rate beside it. */
const counted = ["opcounters", "asserts"];

const rates = (level: string, names: readonly string[], help: (name: string) => string) =>
  Object.fromEntries(
    names.map((name) => [`${level}.${name}PS`, { help: help(name), unit: "per-second" as const }]),
  );

export const mongodb = defineCollector({
  name: "mongodb",
  summary: "Operations, memory, databases and replication of a MongoDB server.",
  onDemand: true,
  group: "mongodb",
  whenAway: { available: false },
  config: z.strictObject({
    uri: secret()
      .default("mongodb://localhost")
      .describe("Address of the server, as its drivers take it; a password may stand in it."),
    user: z.string().min(1).optional().describe("User that may see the status."),
    password: secret().optional().describe("Password of the user."),
    replicat_set: z.boolean().default(false).describe("True measures also the replica set and its members."),
  }),
  leaves: {
    "*": { help: "Figure of the server's status, as the server gives it" },
    ...rates(
      "opcounters",
      ["insert", "query", "update", "delete", "getmore", "command"],
      (name) => `Operations of the kind ${name}`,
    ),
    ...rates(
      "asserts",
      ["regular", "warning", "msg", "user", "rollovers", "tripwire"],
      (name) => `Assertions of the kind ${name}`,
    ),
    uptime: { help: "Time since the start", unit: "seconds" },
    "mem.resident": { help: "Memory that is in use", unit: "mebibytes" },
    "mem.virtual": { help: "Address space that is in use", unit: "mebibytes" },
    "mem.mapped": { help: "Memory that files are mapped to", unit: "mebibytes" },
    "connections.current": { help: "Connections of clients" },
    "connections.available": { help: "Further connections that may be opened" },
    "cursors.totalOpen": { help: "Cursors that are open" },
  },
  read: readMongo,
  measure(sample, earlier) {
    if (earlier === undefined) return undefined;
    const { status, dbStats, replSet } = sample;
    const levels = counted.map((name): [string, Reading] => [name, withRates(name, sample, earlier)]);
    return {
      ...status,
      ...Object.fromEntries(levels.filter(([name]) => name in status)),
      available: true,
      dbStats,
      ...(replSet === undefined ? {} : { replSet }),
    };
  },
});

function readMongo(config: MongoConfig, { signal }: CollectorNeeds): Promise<MongoSample> {
  return withMongo(config, {
    signal,
    work: async (ask) => ({
      status: parseServerStatus(await ask({ serverStatus: 1 })),
      dbStats: await databases(ask),
      replSet: config.replicat_set ? await replicaSet(ask) : undefined,
    }),
  });
}

/** One after the other: each is work for the server. */
async function databases(ask: MongoAsk): Promise<Reading> {
  const names = parseDatabases(await ask({ listDatabases: 1, nameOnly: true }));
  const found: [string, Reading][] = [];
  for (const name of names.slice(0, mostDatabases))
    found.push([name, parseDatabaseStats(await ask({ dbStats: 1 }, name))]);
  return Object.fromEntries(found);
}

async function replicaSet(ask: MongoAsk): Promise<Reading> {
  return parseReplicaSet({ hello: await ask({ hello: 1 }), status: await ask({ replSetGetStatus: 1 }) });
}

/** Without rates when the server started again meanwhile. */
function withRates(
  name: string,
  { status }: MongoSample,
  { sample, elapsedMs }: Earlier<MongoSample>,
): Reading {
  const now = levelIn(status, name);
  if (growth(numberOf(status["uptime"]), numberOf(sample.status["uptime"])) === undefined) return now;
  const before = levelIn(sample.status, name);
  const entries = Object.keys(now).flatMap((key): [string, number][] => {
    const grown = growth(numberOf(now[key]), numberOf(before[key]));
    return grown === undefined ? [] : [[`${key}PS`, perSecond(grown, elapsedMs)]];
  });
  return { ...now, ...Object.fromEntries(entries) };
}
