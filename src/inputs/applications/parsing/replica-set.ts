// What MongoDB answers about its replica set: the set as this member sees it, and every member.
import type { Reading } from "../../collector.ts";
import { boundedReading } from "./bounded-reading.ts";
import { levelOf, numberOf } from "./branches.ts";
import { bsonScalar } from "./bson-scalar.ts";

export interface ReplicaSetAnswers {
  readonly hello: unknown;
  /** To replSetGetStatus. */
  readonly status: unknown;
}

/** A set has at most fifty. */
const mostMembers = 100;

/** The set, and each member by its number. */
export function parseReplicaSet({ hello, status }: ReplicaSetAnswers): Reading {
  const self = levelOf(hello);
  const set = levelOf(status);
  const list: unknown = set["members"];
  const members = (Array.isArray(list) ? (list as unknown[]) : []).slice(0, mostMembers).map(memberOf);
  const facts = present({
    setName: self["setName"] ?? set["set"],
    isMaster: self["isWritablePrimary"] === true || self["ismaster"] === true,
    isSecondary: self["secondary"] === true,
    isArbiter: self["arbiterOnly"] === true,
    myState: set["myState"],
  });
  return { ...facts, members: Object.fromEntries(members) };
}

function memberOf(answer: unknown): [string, Reading] {
  const member = levelOf(answer);
  const facts = present({
    name: member["name"],
    state: member["state"],
    optimeDate: member["optimeDate"],
    lastHeartbeat: member["lastHeartbeat"],
    error: member["errmsg"] ?? member["lastHeartbeatMessage"] ?? "",
  });
  return [String(numberOf(member["_id"]) ?? "unknown"), facts];
}

function present(facts: Readonly<Record<string, unknown>>): Reading {
  return boundedReading(facts, { depth: 1, scalar: bsonScalar }) ?? {};
}
