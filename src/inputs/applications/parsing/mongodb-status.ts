// What MongoDB answers about itself and its databases, brought to the names of the collector's keys.
import type { Reading } from "../../collector.ts";
import { boundedReading } from "./bounded-reading.ts";
import { levelIn, levelOf, numberOf } from "./branches.ts";
import { bsonScalar } from "./bson-scalar.ts";

/** Wherever these stand in a long answer, they must not fall to the bound on its size. */
const first = [
  "version",
  "uptime",
  "opcounters",
  "asserts",
  "connections",
  "globalLock",
  "mem",
  "extra_info",
];
/** Of the answer, and not of what was asked for. */
const envelope = new Set(["ok", "$clusterTime", "operationTime"]);

/** The whole of serverStatus; `extra_info` is `extraInfo`, open cursors are `cursors.totalOpen` whatever the version. */
export function parseServerStatus(answer: unknown): Reading {
  const whole = levelOf(answer);
  const { extra_info: extraInfo, ...rest } = boundedReading(inOrder(whole), { scalar: bsonScalar }) ?? {};
  const totalOpen = numberOf(
    levelOf(whole["cursors"])["totalOpen"] ??
      levelOf(levelOf(levelOf(whole["metrics"])["cursor"])["open"])["total"],
  );
  return {
    ...rest,
    ...(extraInfo === undefined ? {} : { extraInfo }),
    ...(totalOpen === undefined ? {} : { cursors: { ...levelIn(rest, "cursors"), totalOpen } }),
  };
}

/** Names of the databases in an answer to listDatabases. */
export function parseDatabases(answer: unknown): string[] {
  const list: unknown = levelOf(answer)["databases"];
  return (Array.isArray(list) ? (list as unknown[]) : []).flatMap((one) => {
    const name = levelOf(one)["name"];
    return typeof name === "string" && name !== "" ? [name] : [];
  });
}

/** Figures of one database, from an answer to dbStats. */
export function parseDatabaseStats(answer: unknown): Reading {
  return boundedReading(inOrder(levelOf(answer)), { depth: 2, leaves: 60, scalar: bsonScalar }) ?? {};
}

function inOrder(whole: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const names = Object.keys(whole).filter((name) => !envelope.has(name));
  const ordered = [
    ...first.filter((name) => name in whole),
    ...names.filter((name) => !first.includes(name)),
  ];
  return Object.fromEntries(ordered.map((name) => [name, whole[name]]));
}
