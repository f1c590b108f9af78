// Collector `redis`: every field of INFO, with rates in place of the counters (contract opsbro §4.3).
import * as z from "zod";
import { path, secret } from "../../kernel/schema.ts";
import { type CollectorNeeds, defineCollector, type Earlier, type Reading } from "../collector.ts";
import { growth, hundredths, perSecond } from "../collectors/measuring/rate.ts";
import { askRedis } from "./clients/redis-client.ts";
import { numberOf } from "./parsing/branches.ts";
import { parseRedisInfo } from "./parsing/redis-info.ts";

interface RedisConfig {
  readonly server: string;
  readonly port: number;
  readonly socket?: string | undefined;
  readonly password?: string | undefined;
}

interface RedisSample {
  readonly fields: Reading;
  readonly connectionMs: number;
}

/** Counters, and with what their growth in a second is multiplied: seconds of a processor make a percentage. */
const counters: ReadonlyMap<string, number> = new Map([
  ["total_commands_processed", 1],
  ["used_cpu_sys", 100],
  ["used_cpu_user", 100],
  ["used_cpu_sys_children", 100],
  ["used_cpu_user_children", 100],
]);

const memory = (help: string) => ({ help, unit: "bytes" as const });
const processor = (help: string) => ({ help, unit: "percent" as const });

export const redis = defineCollector({
  name: "redis",
  summary: "Memory, clients, commands and keys of a Redis server.",
  onDemand: true,
  group: "redis",
  whenAway: { available: false },
  config: z.strictObject({
    server: z.string().min(1).default("localhost").describe("Name or address of the server."),
    port: z.int().min(1).max(65_535).default(6379).describe("Port of the server."),
    socket: path().optional().describe("Unix socket of the server, in place of its address and port."),
    password: secret().optional().describe("Password of the default user."),
  }),
  leaves: {
    "*": { help: "Field of INFO, as the server gives it" },
    connexion_latency_ms: { help: "Time until the connection stood", unit: "milliseconds" },
    "total_commands_processed/s": { help: "Commands carried out", unit: "per-second" },
    "used_cpu_sys/s": processor("Time of the server in the kernel, 100 for one processor"),
    "used_cpu_user/s": processor("Time of the server in user mode, 100 for one processor"),
    "used_cpu_sys_children/s": processor("Time of its children in the kernel, 100 for one processor"),
    "used_cpu_user_children/s": processor("Time of its children in user mode, 100 for one processor"),
    connected_clients: { help: "Connections of clients" },
    blocked_clients: { help: "Clients that wait in a blocking command" },
    instantaneous_ops_per_sec: { help: "Commands, as the server reckons them", unit: "per-second" },
    uptime_in_seconds: { help: "Time since the start", unit: "seconds" },
    used_memory: memory("Memory that the data and the server take"),
    used_memory_rss: memory("Memory that the system gave to the server"),
    used_memory_peak: memory("The most memory that was taken"),
    maxmemory: memory("Memory that may be taken, 0 for any amount"),
    evicted_keys: { help: "Keys thrown away for want of memory, since the start" },
    keyspace_hits: { help: "Keys that were looked for and found, since the start" },
    keyspace_misses: { help: "Keys that were looked for and not found, since the start" },
  },
  read: readRedis,
  measure({ fields, connectionMs }, earlier) {
    if (earlier === undefined) return undefined;
    const kept = Object.entries(fields).filter(([name]) => !counters.has(name));
    return {
      ...Object.fromEntries(kept),
      ...rates(fields, earlier),
      available: true,
      connexion_latency_ms: hundredths(connectionMs),
    };
  },
});

async function readRedis(config: RedisConfig, { clock, signal }: CollectorNeeds): Promise<RedisSample> {
  const { info, connectionMs } = await askRedis({ ...config, clock, signal });
  return { fields: parseRedisInfo(info), connectionMs };
}

/** None when the server is another one than before: each start has an identifier of its own. */
function rates(fields: Reading, { sample, elapsedMs }: Earlier<RedisSample>): Reading {
  const before = sample.fields;
  if (fields["run_id"] !== before["run_id"]) return {};
  const entries = [...counters].flatMap(([name, factor]): [string, number][] => {
    const grown = growth(numberOf(fields[name]), numberOf(before[name]));
    return grown === undefined ? [] : [[`${name}/s`, perSecond(grown * factor, elapsedMs)]];
  });
  return Object.fromEntries(entries);
}
