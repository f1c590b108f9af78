// The composition root: builds the stages, hands each what it needs, starts them, stops them in reverse.
import { setMaxListeners } from "node:events";
import { existsSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import {
  answers,
  nodeFields,
  nodeOf,
  readingsOf,
  type Stages,
  tellOfCertificate,
  tellOfStart,
} from "./agent-answers.ts";
import { claimPlaces } from "./agent-claims.ts";
import type { AgentConfig, AgentNeeds } from "./agent-config.ts";
import { createPassage } from "./agent-passage.ts";
import { apiModule } from "./api/index.ts";
import { type Checks, checksModule } from "./checks/index.ts";
import { type Compliance, complianceModule } from "./compliance/index.ts";
import { loadPacks, type PackSet, problemLine } from "./config/index.ts";
import type { Happening } from "./event/index.ts";
import { eventsModule } from "./events/index.ts";
import { handlersModule } from "./handlers/index.ts";
import {
  activeDrivers,
  createHostFiles,
  inputsModule,
  instanceTagOf,
  measureOnce,
  type Round,
} from "./inputs/index.ts";
import { systemClock } from "./kernel/clock.ts";
import { EventBus } from "./kernel/event-bus.ts";
import { compactingWhenQuiet } from "./kernel/heap-compaction.ts";
import { createLog, type LogLevel } from "./kernel/log.ts";
import { LogMemory } from "./kernel/log-memory.ts";
import { descriptorSink, openLogSink } from "./kernel/log-sink.ts";
import type { Context, Module, Running } from "./kernel/module.ts";
import { createPace } from "./kernel/pace.ts";
import { judgeStateDirectory } from "./kernel/state-directory.ts";
import { Supervisor } from "./kernel/supervisor.ts";
import { createTelemetry } from "./kernel/telemetry.ts";
import { dottedName } from "./metric/dotted-name.ts";
import type { Batch } from "./metric/metric.ts";
import { parseSeriesKey } from "./metric/series.ts";
import { readNodeIdentity } from "./node/index.ts";
import { outputNames, outputsModule } from "./outputs/index.ts";
import { pipelineModule } from "./pipeline/index.ts";
import { programsModule } from "./programs/index.ts";
import { queryModule } from "./query/index.ts";
import { storeModule } from "./store/index.ts";
import { createOwnNames } from "./transports/own-names.ts";

export interface Agent extends Running {
  /** `host:port` of each listener. */
  readonly addresses: readonly string[];
  /** SHA-256 of the certificate in use. */
  readonly fingerprint: string;
  /** Opens the log file again and takes up changed certificates. */
  reload(): void;
}

const certificateDays = 3650;

/** Rejects with an `AgentError`, and then leaves nothing running. */
export async function startAgent(config: AgentConfig, needs: AgentNeeds): Promise<Agent> {
  judgeStateDirectory(needs.stateDirectory);
  const sink = openLogSink(config.log.file);
  const memory = new LogMemory();
  const onTrouble = (level: LogLevel, line: string) => memory.take(level, line);
  const log = createLog(config.log, { sink, clock: systemClock, onTrouble });
  const claims = await claimPlaces(config, needs, log).catch((thrown: unknown) => {
    sink.close();
    throw thrown;
  });
  const stopping = new AbortController();
  // Everything that waits does so until then.
  setMaxListeners(0, stopping.signal);
  const context = {
    log,
    clock: systemClock,
    telemetry: createTelemetry(),
    signal: stopping.signal,
    pace: compactingWhenQuiet(createPace(systemClock), systemClock),
  };
  const supervisor = new Supervisor(context);
  const events = new EventBus<{ reload: undefined }>(log);
  supervisor.adopt("log", { stop: async () => sink.close() });
  supervisor.adopt("claims", claims);
  events.on("reload", () => sink.reopen());
  context.telemetry.gauge("log_lines_lost", "Lines that could not be written.", () => sink.lost);

  const start = starter(context, supervisor);
  const stages = await startStages(start, config, { ...needs, ...context });
  stages.packs.release();
  for (const problem of stages.packs.problems) log.warning("packs", { problem: problemLine(problem) });
  const api = await start(apiModule, config.api, {
    ...needs,
    ...answers(stages, config, { ...needs, memory }),
    access: config.access,
    onReload: (listener) => void events.on("reload", listener),
    onReplaced: (replaced) => tellOfCertificate(stages.events.log, replaced),
    createCertificate: () =>
      needs.createCertificate({
        commonName: hostname(),
        names: ["localhost", "127.0.0.1", "::1"],
        days: certificateDays,
      }),
  });
  log.info("listening", { addresses: api.addresses.join(" "), fingerprint: api.fingerprint });
  return {
    addresses: api.addresses,
    get fingerprint() {
      return api.fingerprint;
    },
    reload: () => events.emit("reload", undefined),
    async stop() {
      stopping.abort();
      await supervisor.stop();
    },
  };
}

type Start = ReturnType<typeof starter>;

/** In the order of their needs: nothing is handed to a stage that does not stand. */
async function startStages(
  start: Start,
  config: AgentConfig,
  needs: AgentNeeds & Pick<Context, "log" | "pace">,
): Promise<Stages> {
  const keeping = await startKeeping(start, config, needs);
  const { programs, store } = keeping;
  const { emit, keep } = createPassage({ ...keeping, pace: needs.pace });
  const judging = await startJudging(start, config, { ...needs, ...keeping, emit });
  const { checks, events } = judging;
  const inputs = await start(inputsModule, config.inputs, {
    stateDirectory: needs.stateDirectory,
    settingsOf: judging.packs.settingsOf,
    runMetricProgram: (request) => programs.metric(request),
    emit,
    keep,
    pressure: () => store.pressure(),
    isInGroup: (group) => checks.local.groups.has(group),
    onReading: (collector, reading) => store.readings.record(collector, reading),
    onCollector: ({ name: collector, from: oldState, to: state, log }) =>
      void events.log.publish({ type: "collector", collector, oldState, state, log }),
    onCheck(check) {
      checks.reported.takeCheck(check);
      checks.local.takeReported(check);
    },
    onEvent(event) {
      checks.reported.takeEvent(event);
      const { title, text, host, level, tags } = event;
      events.log.publish({ type: "message", title, text, host, level, tags });
    },
  });
  return { ...keeping, ...judging, inputs, keep };
}

/** What runs programs, and what metrics go through once they are there. */
async function startKeeping(start: Start, config: AgentConfig, needs: AgentNeeds) {
  const programs = await start(programsModule, config.programs, needs);
  const store = await start(storeModule, config.store, needs);
  const pipeline = await start(pipelineModule, config.pipeline, {
    outputNames: outputNames(config.outputs),
    emit: (batches) => store.offer(batches),
  });
  const outputs = await start(outputsModule, config.outputs, {
    version: needs.version,
    hostname: hostname(),
    openOutlet: (name, from) => store.openOutlet(name, from),
    onSent: (name, { parcels }) => pipeline.taps.publish(`outputs.${name}`, parcels),
  });
  const query = await start(queryModule, config.query, {
    history: store.history,
    nameOf: (key) => {
      const series = parseSeriesKey(key);
      return series === undefined ? key : dottedName(series, instanceTagOf);
    },
  });
  return { programs, store, pipeline, outputs, query };
}

interface JudgingNeeds extends AgentNeeds, Pick<Context, "log">, Pick<Stages, "programs" | "store"> {
  readonly emit: (batches: readonly Batch[]) => void;
}

/** What judges this host, puts it right, and tells of it. Each may be asked for before the last of them stands. */
async function startJudging(start: Start, config: AgentConfig, needs: JudgingNeeds) {
  const { programs, store, stateDirectory } = needs;
  const { host_root: root } = config.inputs.collectors;
  const standing: { checks?: Checks; compliance?: Compliance } = {};
  const groups = () => standing.checks?.local.groups.all ?? config.node.groups;
  const packs = readPacks(config, needs);
  const place = { stateDirectory, hostname: hostname() };
  const { log } = needs;
  const identity = await readNodeIdentity({ ...place, now: systemClock.now, hostRoot: root, log });
  const hosting = await activeDrivers(createHostFiles(root));
  const node = () => nodeOf(config, { ...identity, hosting: hosting[0] ?? "on-premise" });
  const events = await start(eventsModule, config.events, {
    stateDirectory,
    node: () => nodeFields(node(), standing.checks),
    isOwnName: createOwnNames([config.api.names, config.node.address ?? []].flat()).has,
  });
  const tell = (happening: Happening) => void events.log.publish(happening);
  const handlers = await start(handlersModule, config.handlers, {
    ...{ ...place, events: events.log, onAction: tell, definitions: packs.objects("handler") },
    ...{ templatePath: packs.templatePath, settingsOf: packs.settingsOf },
    node: () => ({ ...node(), address: node().publicAddress, groups: groups() }),
    environment: { SLACK_TOKEN: needs.environment("SLACK_TOKEN") },
    runCommand: (request) => programs.own(request),
  });
  const checks = await start(checksModule, config.checks, {
    ...{ ...place, packs, readings: readingsOf(store), emitMetrics: needs.emit, tell },
    globals: { nagiosplugins: programs.checkDirectory },
    fixedGroups: config.node.groups,
    runCheck: (request) => programs.check(request),
    runSystem: (request) => programs.system(request),
    runOwn: (request) => programs.own({ ...request, mayLeaveDaemons: false }),
    runLine: (request) => programs.ownLine({ ...request, mayLeaveDaemons: false }),
    keepMachineState: (atMs, text) => store.machineStates.keep(atMs, text),
    host: {
      ...{ clock: systemClock, root, environment: needs.environment, zoneOf: () => config.node.zone },
      // Other nodes are not known of yet.
      ...{ countNodes: (group: string) => Number(group === "" || groups().includes(group)) },
      haveEventType: () => false,
      complianceState: (name) => standing.compliance?.stateOf(name) ?? "UNKNOWN",
      isHostingActive: (name) => hosting.includes(name),
      run: (request) => programs.system(request),
    },
  });
  standing.checks = checks;
  const compliance = await start(complianceModule, config.compliance, {
    ...{ packs, expressions: checks.local.expressions, tell },
    // Putting right starts services.
    runSystem: (request) => programs.system({ ...request, mayLeaveDaemons: true }),
    hasProgram: (name) => programs.hasSystem(name),
    runLine: (request) => programs.ownLine(request),
  });
  standing.compliance = compliance;
  tellOfStart(events.log, node());
  return { packs, node, events, handlers, checks, compliance };
}

/** One round of all collectors and metric programs, without listening or keeping anything. */
export async function measure(
  config: AgentConfig,
  needs: Pick<AgentNeeds, "stateDirectory" | "shippedPrograms" | "variables">,
): Promise<Round> {
  const log = createLog({ ...config.log, level: "error" }, { sink: descriptorSink(2), clock: systemClock });
  const context = {
    log,
    clock: systemClock,
    telemetry: createTelemetry(),
    pace: createPace(systemClock),
    signal: new AbortController().signal,
  };
  const programs = await programsModule.start(config.programs, { ...context, ...needs });
  try {
    const runMetricProgram = (request: { name: string; option: string }) => programs.metric(request);
    return await measureOnce(config.inputs, { ...context, ...needs, runMetricProgram });
  } finally {
    await programs.stop();
  }
}

/** Starts a module under the supervisor, with a log of its own name. */
function starter(context: Context, supervisor: Supervisor) {
  return <Config, Needs, Face extends Running>(
    module: Module<Config, Needs, Face>,
    config: Config,
    needs: Needs,
  ) =>
    supervisor.start(
      module.name,
      module.start(config, { ...context, ...needs, log: context.log.child(module.name) }),
    );
}

/** Shipped packs, those of this host, and its local files. */
function readPacks(
  { packs }: AgentConfig,
  { shippedPacks, stateDirectory, configDirectory }: AgentNeeds,
): PackSet {
  const usual = join(configDirectory, "objects.d");
  const { directory: levels = stateDirectory, objects = existsSync(usual) ? [usual] : [] } = packs;
  return loadPacks({ core: shippedPacks, levels, objects, opsbro: packs.opsbro, disabled: packs.disabled });
}
