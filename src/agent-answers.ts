// What the API asks of the stages, in the words of its routes: faces in, needs out, nothing is started here.
import { hostname } from "node:os";
import type { AgentConfig, AgentNeeds } from "./agent-config.ts";
import { type Checks, listFunctions } from "./checks/index.ts";
import type { Compliance } from "./compliance/index.ts";
import type { PackSet } from "./config/index.ts";
import { stateIdOf } from "./event/index.ts";
import type { Events } from "./events/index.ts";
import type { Handlers } from "./handlers/index.ts";
import { collectorFacts, type Inputs, instanceTagOf } from "./inputs/index.ts";
import { AgentError, reasonOf } from "./kernel/errors.ts";
import type { LogMemory } from "./kernel/log-memory.ts";
import { pythonText, toJson } from "./languages/expression/index.ts";
import { seriesOfDottedName } from "./metric/dotted-name.ts";
import type { Batch } from "./metric/metric.ts";
import type { Refused } from "./metric/refused.ts";
import { seriesKey } from "./metric/series.ts";
import type { NodeIdentity } from "./node/index.ts";
import type { Outputs } from "./outputs/index.ts";
import type { Pipeline } from "./pipeline/index.ts";
import { judgeCommand, type Programs, type RunByName } from "./programs/index.ts";
import type { Query } from "./query/index.ts";
import type { Store } from "./store/index.ts";

/** Every stage that stands, and what is made of them. */
export interface Stages {
  readonly programs: Programs;
  readonly store: Store;
  readonly pipeline: Pipeline;
  readonly outputs: Outputs;
  readonly query: Query;
  readonly packs: PackSet;
  readonly node: () => NodeFacts;
  readonly events: Events;
  readonly handlers: Handlers;
  readonly checks: Checks;
  readonly compliance: Compliance;
  readonly inputs: Inputs;
  readonly keep: (batches: readonly Batch[]) => Promise<Refused>;
}

export interface NodeFacts {
  readonly uuid: string;
  /** Grows with every start. */
  readonly incarnation: number;
  readonly name: string;
  readonly displayName: string;
  readonly localAddress: string;
  readonly publicAddress: string;
  readonly zone: string;
  readonly hosting: string;
}

/** What the API asks the stages. */
export function answers(
  {
    programs,
    store,
    pipeline,
    outputs,
    query,
    checks,
    inputs,
    keep,
    packs,
    node,
    events,
    handlers,
    compliance,
  }: Stages,
  config: AgentConfig,
  needs: AgentNeeds & { readonly memory: LogMemory },
) {
  const { inventory } = config.access;
  const anyProgram = inventory === "any" || programs.shell;
  // A name that is not there is answered as such, whether or not it may be run; of whole paths nothing is told.
  const isUnknownName = (name: string) => !name.startsWith("/") && !programs.hasSystem(name);
  const judge = (request: { name: string; option: string }) => programs.judge(request);
  return {
    judging: { judge, judgeByName: judgeCommand },
    checks,
    local: checks.local,
    dashboards: checks.local.dashboards,
    evaluator: evaluatorOf(checks.local.expressions),
    packs,
    ...{ node, uuid: node().uuid },
    events: events.log,
    eventLog: events.log,
    handlers,
    compliance,
    complianceCounts: () => compliance.counts(),
    logSummary: () => ({ errors: needs.memory.errors, warnings: needs.memory.warnings }),
    docker: inputs.docker,
    parts: async () => ({ docker: await inputs.docker.info(), websocket: websocketInfo(events) }),
    requestStop: needs.requestStop,
    programs,
    query,
    hostname: hostname(),
    machineStates: store.machineStates,
    storeFigures: () => store.figures(),
    collectors: inputs.collectors,
    metricPrograms: inputs.metricPrograms,
    metricProgramsEnabled: inputs.metricPrograms.enabled,
    metricLog: store.metricLog,
    metricBuffer: () => store.metricLog.status(),
    keepMetrics: keep,
    push: inputs.push,
    listenerReports: () => inputs.listenerReports(),
    outputReports: () => outputs.reports(),
    seriesReports: pipeline.seriesReports,
    taps: pipeline.taps,
    reported: checks.reported,
    history: store.history,
    seriesKeyOf: (text: string) => {
      const series = seriesOfDottedName(text, instanceTagOf);
      return series === undefined ? undefined : seriesKey(series);
    },
    latest: store.latest,
    isActive: (collector: string) => inputs.collectors.isActive(collector),
    leavesOf: (collector: string) => collectorFacts.get(collector)?.leaves,
    inventory: {
      allows: (name: string) => anyProgram || inventory.includes(name) || isUnknownName(name),
      run: (request: Omit<RunByName, "merged">) => programs.system({ ...request, merged: true }),
    },
    commands: {
      shell: programs.shell,
      judge,
      listChecks: () => programs.checks.list(),
      listInventory: () =>
        anyProgram ? ("any" as const) : inventory.filter((name) => programs.hasSystem(name)),
    },
  };
}

/** One expression with this host's data. What it lacks and what is wrong with it are the caller's fault. */
function evaluatorOf(expressions: Stages["checks"]["local"]["expressions"]) {
  return {
    functions: listFunctions(expressions),
    async evaluate(text: string) {
      try {
        const value = await expressions.evaluate(expressions.compile(text));
        return { json: toJson(value), text: pythonText(value) };
      } catch (thrown) {
        throw new AgentError("body.invalid", { reason: reasonOf(thrown), cause: thrown });
      }
    },
  };
}

function websocketInfo({ websocket }: Stages["events"]) {
  if (websocket === undefined) return { enabled: false };
  const port = Number(websocket.address.split(":").at(-1));
  return { enabled: true, port, nb_connexions: websocket.connections };
}

/** Who this host is, for whoever asks. */
export function nodeOf({ node }: AgentConfig, identity: NodeIdentity & { hosting: string }): NodeFacts {
  const localAddress = identity.localAddress ?? "127.0.0.1";
  return {
    ...{ uuid: node.uuid ?? identity.uuid, incarnation: identity.incarnation, name: hostname() },
    ...{ displayName: node.display_name, zone: node.zone, localAddress },
    ...{ publicAddress: node.address ?? localAddress, hosting: identity.hosting },
  };
}

/** This node as the older system's clients know nodes (contract opsbro §7.1). */
export function nodeFields(node: NodeFacts, checks: Checks | undefined) {
  const local = checks?.local;
  const states = local?.reports().map(({ plan, state }) => [plan.id, { state_id: stateIdOf(state) }]) ?? [];
  const services = local?.services().map(({ name, state }) => [name, { state_id: stateIdOf(state) }]) ?? [];
  return {
    ...{ uuid: node.uuid, name: node.name, display_name: node.displayName, addr: node.publicAddress },
    ...{ port: 6768, incarnation: node.incarnation, groups: local?.groups.all ?? [] },
    ...{ services: Object.fromEntries(services) as unknown, checks: Object.fromEntries(states) as unknown },
    ...{ zone: node.zone, is_proxy: false },
  };
}

/** That this node is there again; people are told where nobody planned that it was away. */
export function tellOfStart(log: Events["log"], node: NodeFacts): void {
  if (log.before === "nothing") return;
  const { uuid, name, displayName, publicAddress: address } = node;
  const wasPlanned = log.before === "stopped";
  const oldState = wasPlanned ? "leave" : "dead";
  const held = wasPlanned ? "planned" : undefined;
  log.publish({ type: "node", uuid, node: name, displayName, address, state: "alive", oldState, held });
}

/** A collector that does not exist has nothing, and nobody waits for it. */
export function readingsOf({ readings }: Store) {
  return {
    of: (name: string) => readings.of(name),
    isSettled: (name: string) => !collectorFacts.has(name) || readings.isSettled(name),
  };
}

/** The agent's own certificate was lost, and another was made: whoever pinned the old one is locked out. */
export function tellOfCertificate(
  log: Events["log"],
  { old, new: now }: { readonly old?: string | undefined; readonly new: string },
): void {
  const text = `the certificate with the SHA-256 ${old ?? "that nobody knows"} is lost; the new one has ${now}`;
  log.publish({ type: "message", title: "certificate replaced", text, host: "", level: "error", tags: {} });
}
