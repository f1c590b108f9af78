// Collector `mysql`: connections, queries and replication of MySQL or MariaDB (contract opsbro §4.3).
import * as z from "zod";
import { secret } from "../../kernel/schema.ts";
import { type CollectorNeeds, defineCollector, type Earlier, type Reading } from "../collector.ts";
import { growth, perSecond, readingOf } from "../collectors/measuring/rate.ts";
import { type MysqlAccess, type MysqlAsk, withMysql } from "./clients/mysql-client.ts";
import { parseGlobalStatus, secondsBehind } from "./parsing/mysql-status.ts";

interface MysqlConfig extends MysqlAccess {
  readonly replication_enabled: boolean;
}

interface MysqlSample {
  /** Status variables that are numbers, by their names in lower case. */
  readonly status: ReadonlyMap<string, number>;
  /** Undefined where nothing is replicated, or it stands still. */
  readonly secondsBehind: number | undefined;
}

const gauges = [
  "created_tmp_disk_tables",
  "max_used_connections",
  "open_files",
  "table_locks_waited",
  "threads_connected",
];
const counters = ["connections", "slow_queries"];

export const mysql = defineCollector({
  name: "mysql",
  summary: "Connections, slow queries and replication of a MySQL or MariaDB server.",
  onDemand: true,
  group: "mysql",
  config: z.strictObject({
    server: z.string().min(1).default("127.0.0.1").describe("Name or address of the server."),
    port: z.int().min(1).max(65_535).default(3306).describe("Port of the server."),
    socket: z
      .string()
      .meta({ path: true, local: true })
      .default("/var/lib/mysql/mysql.sock")
      .describe("Unix socket, used in place of address and port where it is there; empty for never."),
    user: z.string().default("root").describe("User that may see the status."),
    password: secret().optional().describe("Password of the user."),
    replication_enabled: z
      .boolean()
      .default(false)
      .describe("True measures also how far the server is behind the one that it follows."),
  }),
  leaves: {
    connections: { help: "Connections tried, this agent's own among them", unit: "per-second" },
    slow_queries: { help: "Queries that took long", unit: "per-second" },
    created_tmp_disk_tables: { help: "Temporary tables written to disk since the start" },
    max_used_connections: { help: "The most connections at one time since the start" },
    open_files: { help: "Files that are open" },
    table_locks_waited: { help: "Locks of tables that had to be waited for since the start" },
    threads_connected: { help: "Connections that are open" },
    seconds_behind_master: { help: "Age of what is replicated now", unit: "seconds" },
  },
  read: readMysql,
  measure(sample, earlier) {
    if (earlier === undefined) return undefined;
    return readingOf({
      ...Object.fromEntries(gauges.map((name) => [name, sample.status.get(name)])),
      ...rates(sample, earlier),
      seconds_behind_master: sample.secondsBehind,
    });
  },
});

function readMysql(config: MysqlConfig, { signal }: CollectorNeeds): Promise<MysqlSample> {
  return withMysql(config, {
    signal,
    work: async (ask) => ({
      status: parseGlobalStatus(await ask("SHOW GLOBAL STATUS")),
      secondsBehind: config.replication_enabled ? secondsBehind(await replicas(ask)) : undefined,
    }),
  });
}

/** Old servers know only the old word, new ones only the new one. */
async function replicas(ask: MysqlAsk): ReturnType<MysqlAsk> {
  try {
    return await ask("SHOW REPLICA STATUS");
  } catch (thrown) {
    if (!(thrown instanceof Error && "code" in thrown && thrown.code === "ER_PARSE_ERROR")) throw thrown;
    return ask("SHOW SLAVE STATUS");
  }
}

/** None when the server started again meanwhile. */
function rates({ status }: MysqlSample, { sample, elapsedMs }: Earlier<MysqlSample>): Reading {
  if (growth(status.get("uptime"), sample.status.get("uptime")) === undefined) return {};
  const entries = counters.flatMap((name): [string, number][] => {
    const grown = growth(status.get(name), sample.status.get(name));
    return grown === undefined ? [] : [[name, perSecond(grown, elapsedMs)]];
  });
  return Object.fromEntries(entries);
}
