// Roles: what each of them allows, in one table that the documentation is made from.

/** In the order of their weight. */
export const roles = ["read", "push", "check", "inventory", "metrics", "operate", "admin"] as const;
export type Role = (typeof roles)[number];

interface RoleFacts {
  /** What a caller with the role may do. */
  readonly summary: string;
  /** Roles that are part of it. */
  readonly includes: readonly Role[];
  /** What it will be asked for once the parts that bring it are there. */
  readonly later: readonly string[];
}

export const roleFacts: Readonly<Record<Role, RoleFacts>> = {
  read: {
    summary: "see figures, states, events and reports",
    includes: [],
    later: [
      "see members of the cluster, the registry of plugins, the audit log, values of the key-value store",
    ],
  },
  push: { summary: "hand metrics in", includes: [], later: [] },
  check: {
    summary:
      "run check plugins: those of `commands`, or else those that are judged harmless or that only connect",
    includes: [],
    later: ["run plugins over NRPE"],
  },
  inventory: { summary: "run the programs of `access.inventory`", includes: [], later: [] },
  metrics: {
    summary: "take metrics away, as the older system's manager does",
    includes: ["push"],
    later: ["poll metrics for a fleet"],
  },
  operate: {
    summary:
      "change what the agent does until its next configuration: downtimes, results, evaluations, metric plans",
    includes: [],
    later: ["run recovery commands, change values of the key-value store, take part in elections and locks"],
  },
  admin: {
    summary:
      "everything, the roles above included: define checks, give groups, enforce compliance, end the agent",
    includes: ["read", "push", "check", "inventory", "metrics", "operate"],
    later: ["replace configuration, run executors on other nodes, change members, zones and keys"],
  },
};

/** The roles that were given, and those that are part of them. */
export function withIncluded(given: readonly Role[]): ReadonlySet<Role> {
  return new Set(given.flatMap((role) => [role, ...roleFacts[role].includes]));
}
