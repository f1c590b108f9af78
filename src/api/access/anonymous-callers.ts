// What those may do who show no credential: by where they come from, and by how the agent was started.
import type { Caller } from "./caller.ts";
import type { AccessConfig } from "./config.ts";
import type { Standing } from "./peers.ts";
import type { ProgramPermission } from "./program-permission.ts";
import { type Role, withIncluded } from "./roles.ts";

/** One for each place; the unix socket's is the owner, who is not anonymous. */
export type Anonymous = Readonly<Record<Exclude<Standing, "socket">, Caller>>;

/** What the older agent gave everybody whom it answered (contract happo §3.1). */
const ofAllowedHosts: readonly Role[] = ["read", "check", "inventory", "metrics"];
const nobody: Caller = { ...anonymous([], "harmless"), isOfThisHost: true };

export function anonymousCallers(config: AccessConfig): Anonymous {
  const { anonymous: given, callers, defaults, local_users: localUsers } = config;
  const isOlder = defaults === "happo";
  // Once callers are known, nobody has a role without being known, unless the operator says so.
  const open = (roles: readonly Role[]) => given ?? (callers.length === 0 ? roles : []);
  const host = anonymous(open(ofAllowedHosts), isOlder ? "any" : "connecting");
  return {
    host,
    "agent-user": isOlder ? host : anonymous(open(["read", "push", "check"]), "harmless"),
    "local-user":
      localUsers === undefined
        ? narrowed(open(ofAllowedHosts), isOlder ? ["read", "push", "check"] : ["read", "push"])
        : { ...anonymous(localUsers, isOlder ? "any" : "harmless"), ...localUser },
    unknown: nobody,
  };
}

const localUser = { name: "local user", isOfThisHost: true } as const;

/** Of what others may do, no more than `most`. */
function narrowed(roles: readonly Role[], most: readonly Role[]): Caller {
  const granted = withIncluded(roles);
  const left = most.filter((role) => granted.has(role));
  return { ...anonymous(left, "harmless"), ...localUser };
}

function anonymous(roles: readonly Role[], programs: ProgramPermission): Caller {
  return {
    ...{ name: "anonymous", roles: withIncluded(roles), programs },
    ...{ isAnonymous: true, user: undefined },
  };
}
