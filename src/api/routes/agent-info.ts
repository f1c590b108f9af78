// The agent about itself, in the older system's shapes (contract opsbro §12.3, §12.4).
import type { LocalChecks } from "../../checks/index.ts";
import { olderRefusal, refusedAsOlder } from "../older-refusal.ts";
import { defineRoute, type Route } from "../route.ts";

export interface AgentInfoNeeds {
  readonly version: string;
  readonly socketPath: string;
  /** Who this host is. */
  readonly node: () => {
    readonly uuid: string;
    readonly name: string;
    readonly displayName: string;
    readonly localAddress: string;
    readonly publicAddress: string;
    readonly zone: string;
    readonly hosting: string;
  };
  readonly local: Pick<LocalChecks, "count" | "groups" | "settled">;
  readonly collectors: {
    reports(): readonly {
      readonly name: string;
      readonly state: string;
      readonly log: string;
      readonly active: boolean;
    }[];
  };
  /** Figures of other parts, by the older system's names: websocket, statsd, graphite, docker. */
  readonly parts: () => Promise<Readonly<Record<string, unknown>>>;
  /** Counts of compliance by state. */
  readonly complianceCounts: () => Readonly<Record<string, number>>;
  /** Lines of the log that were warnings and errors: how many, and the newest. */
  readonly logSummary: () => Readonly<Record<string, unknown>>;
  /** Ends the agent as a signal would. */
  readonly requestStop: () => void;
}

const states = ["ok", "warning", "critical", "unknown", "pending"] as const;
const shape = { 200: { description: "In the older system's shape." } };

const stateOf = ({ local }: AgentInfoNeeds) => (local.settled() ? "ok" : "initializing");

async function infoOf(needs: AgentInfoNeeds): Promise<Readonly<Record<string, unknown>>> {
  const { version, socketPath, local, collectors } = needs;
  const node = needs.node();
  const seen = collectors
    .reports()
    .map(({ name, state, log, active }) => [name, { name, state, log, active }]);
  const usage = process.cpuUsage();
  return {
    ...{ agent_state: stateOf(needs), version, pid: process.pid, socket: socketPath },
    ...{ uuid: node.uuid, name: node.name, display_name: node.displayName },
    ...{ local_addr: node.localAddress, public_addr: node.publicAddress },
    ...{ zone: node.zone, is_zone_protected: false, hosting_driver: node.hosting },
    groups: local.groups.all,
    collectors: Object.fromEntries(seen) as unknown,
    monitoring: Object.fromEntries(states.map((state) => [state, local.count(state)])),
    compliance: needs.complianceCounts(),
    memory_consumption: process.memoryUsage.rss(),
    cpu_consumption: Math.round(((usage.user + usage.system) / 10_000 / process.uptime()) * 100) / 100,
    logs: needs.logSummary(),
    ...(await needs.parts()),
  };
}

const asked = (
  path: string,
  summary: string,
  ask: (needs: AgentInfoNeeds) => unknown,
): Route<AgentInfoNeeds> =>
  defineRoute({
    ...{ method: "GET", path, summary, role: "read", answers: shape },
    handle: async (_input: undefined, needs: AgentInfoNeeds) => ({ status: 200, json: await ask(needs) }),
  });

export const agentInfo: readonly Route<AgentInfoNeeds>[] = [
  asked("/agent/info", "Tells who this agent is, and how its parts are.", infoOf),
  asked(
    "/agent/state",
    "Says `initializing` until everything has been measured and judged once, then `ok`.",
    stateOf,
  ),
  asked("/agent/name", "The name of this host.", ({ node }) => node().name),
  asked("/agent/uuid", "The identity of this host.", ({ node }) => node().uuid),
];

export const stop = defineRoute({
  method: "GET",
  path: "/stop",
  summary: "Ends the agent.",
  role: "admin",
  changes: true,
  refuse: refusedAsOlder,
  answers: { 200: { description: "It ends after this answer." }, ...olderRefusal },
  handle(_input: undefined, { requestStop }: AgentInfoNeeds) {
    setImmediate(requestStop);
    return { status: 200, text: "OK" };
  },
});
