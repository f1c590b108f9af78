// The composition root: builds the stages, hands each what it needs, starts them, stops them in reverse.
import { mkdirSync } from "node:fs";
import { hostname } from "node:os";
import type * as z from "zod";
import { accessConfig, apiModule } from "./api/index.ts";
import { checksModule } from "./checks/index.ts";
import { collectorFacts, inputsModule, instanceTagOf, measureOnce, type Round } from "./inputs/index.ts";
import { systemClock } from "./kernel/clock.ts";
import { AgentError, reasonOf } from "./kernel/errors.ts";
import { EventBus } from "./kernel/event-bus.ts";
import { createLog } from "./kernel/log.ts";
import { logConfig } from "./kernel/log-config.ts";
import { descriptorSink, openLogSink } from "./kernel/log-sink.ts";
import type { Context, Module, Running } from "./kernel/module.ts";
import { Supervisor } from "./kernel/supervisor.ts";
import { createTelemetry } from "./kernel/telemetry.ts";
import { dottedName, seriesOfDottedName } from "./metric/dotted-name.ts";
import type { Batch } from "./metric/metric.ts";
import { parseSeriesKey, seriesKey } from "./metric/series.ts";
import { outputNames, outputsModule } from "./outputs/index.ts";
import { pipelineModule } from "./pipeline/index.ts";
import { programsModule } from "./programs/index.ts";
import { queryModule } from "./query/index.ts";
import { storeModule } from "./store/index.ts";

/** Every module, in the order of start. */
export const modules = [
  programsModule,
  storeModule,
  pipelineModule,
  outputsModule,
  queryModule,
  checksModule,
  inputsModule,
  apiModule,
] as const;

/** Each top-level key and its schema. */
export const schemas = {
  log: logConfig,
  access: accessConfig,
  programs: programsModule.config,
  store: storeModule.config,
  checks: checksModule.config,
  inputs: inputsModule.config,
  pipeline: pipelineModule.config,
  outputs: outputsModule.config,
  query: queryModule.config,
  api: apiModule.config,
};

/** The top-level keys of the configuration, with their schemas. */
export const sections = Object.entries(schemas).map(([key, schema]) => ({ key, schema }));

/** The whole configuration with every default filled in. */
export type AgentConfig = { readonly [Key in keyof typeof schemas]: z.output<(typeof schemas)[Key]> };

export interface CertificateRequest {
  readonly commonName: string;
  readonly names: readonly string[];
  readonly days: number;
}

export interface AgentNeeds {
  readonly version: string;
  /** Private directory of the agent; made when it is missing. */
  readonly stateDirectory: string;
  readonly socketPath: string;
  /** Directory of the programs that the package brings. */
  readonly shippedPrograms: string;
  readonly createCertificate: (request: CertificateRequest) => Promise<{ certificate: string; key: string }>;
}

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
  makeStateDirectory(needs.stateDirectory);
  const sink = openLogSink(config.log.file);
  const log = createLog(config.log, { sink, clock: systemClock });
  const stopping = new AbortController();
  const context = { log, clock: systemClock, telemetry: createTelemetry(), signal: stopping.signal };
  const supervisor = new Supervisor(context);
  const events = new EventBus<{ reload: undefined }>(log);
  supervisor.adopt("log", { stop: async () => sink.close() });
  events.on("reload", () => sink.reopen());
  context.telemetry.gauge("log_lines_lost", "Lines that could not be written.", () => sink.lost);

  const start = starter(context, supervisor);
  const stages = await startStages(start, config, needs);
  const api = await start(apiModule, config.api, {
    ...needs,
    ...answers(stages, config),
    access: config.access,
    onReload: (listener) => void events.on("reload", listener),
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
type Stages = Awaited<ReturnType<typeof startStages>>;

/** In the order of their needs: nothing is handed to a stage that does not stand. */
async function startStages(start: Start, config: AgentConfig, needs: AgentNeeds) {
  const { stateDirectory } = needs;
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
  const checks = await start(checksModule, config.checks, {
    runCheck: (request) => programs.check(request),
    runSystem: (request) => programs.system(request),
    keepMachineState: (atMs, text) => store.machineStates.keep(atMs, text),
  });
  const keep = (batches: readonly Batch[]) => store.keep(pipeline.process(batches));
  const inputs = await start(inputsModule, config.inputs, {
    stateDirectory,
    runMetricProgram: (request) => programs.metric(request),
    emit: (batches) => store.offer(pipeline.process(batches)),
    keep,
    pressure: () => store.pressure(),
    onCheck: (check) => checks.reported.takeCheck(check),
    onEvent: (event) => checks.reported.takeEvent(event),
  });
  return { programs, store, pipeline, outputs, query, checks, inputs, keep };
}

/** What the API asks the stages. */
function answers(
  { programs, store, pipeline, outputs, query, checks, inputs, keep }: Stages,
  config: AgentConfig,
) {
  const { inventory } = config.access;
  const anyProgram = inventory === "any" || programs.shell;
  // A name that is not there is answered as such, whether or not it may be run; of whole paths nothing is told.
  const isUnknownName = (name: string) => !name.startsWith("/") && !programs.hasSystem(name);
  return {
    checks,
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
    seriesReports: (shares: number) => pipeline.seriesReports(shares),
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
      run: (name: string, option: string) => programs.system({ name, option, merged: true }),
    },
    commands: {
      shell: programs.shell,
      listChecks: () => programs.checks.list(),
      listInventory: () =>
        anyProgram ? ("any" as const) : inventory.filter((name) => programs.hasSystem(name)),
    },
  };
}

/** One round of all collectors and metric programs, without listening or keeping anything. */
export async function measure(
  config: AgentConfig,
  needs: Pick<AgentNeeds, "stateDirectory" | "shippedPrograms">,
): Promise<Round> {
  const log = createLog({ ...config.log, level: "error" }, { sink: descriptorSink(2), clock: systemClock });
  const context = {
    log,
    clock: systemClock,
    telemetry: createTelemetry(),
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

function makeStateDirectory(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (thrown) {
    throw new AgentError("state.unusable", { path, reason: reasonOf(thrown), cause: thrown });
  }
}
