// Runs the metric programs of the plan once a minute, and hands on what they say (contract happo §5.2).
import { AgentError, reasonOf } from "../../kernel/errors.ts";
import type { Context, Running } from "../../kernel/module.ts";
import { startSchedule } from "../../kernel/schedule.ts";
import type { Batch } from "../../metric/metric.ts";
import type { MetricPlan, PlannedProgram } from "./metric-plan.ts";
import { createMetricPlanFile, type MetricPlanFile } from "./metric-plan-file.ts";
import { metricsOfProgram } from "./program-metrics.ts";

export interface MetricProgramsConfig {
  readonly enabled: boolean;
  readonly file?: string | undefined;
  readonly every: number;
  readonly at_once: number;
}

export interface ProgramRun {
  readonly timedOut: boolean;
  readonly status: number;
  readonly stdout: string;
  /** True when the output was longer than its limit. */
  readonly cut: boolean;
}

export interface MetricProgramsNeeds extends Context {
  /** The plan's file when the configuration names none. */
  readonly defaultFile: string;
  readonly runProgram: (request: { name: string; option: string }) => Promise<ProgramRun>;
  /** Keeps the batches of one collection together. */
  readonly emit: (batches: readonly Batch[]) => void;
}

export interface MetricPrograms extends Running {
  readonly enabled: boolean;
  /** Runs every program of the plan once. */
  collect(): Promise<readonly Batch[]>;
  /** Replaces the plan, and collects at once. Throws `file.unwritable`. */
  replacePlan(plan: MetricPlan): Promise<void>;
}

interface Task {
  readonly host: string;
  readonly program: PlannedProgram;
}

export function startMetricPrograms(
  config: MetricProgramsConfig,
  needs: MetricProgramsNeeds,
): MetricPrograms {
  const path = config.file ?? needs.defaultFile;
  const file = createMetricPlanFile(path);
  const plans = planReader(file, { path, named: config.file !== undefined }, needs);
  const collect = async () => {
    const plan = await plans();
    const tasks = plan.flatMap(({ hostname: host, programs }) =>
      programs.map((program) => ({ host, program })),
    );
    const results = await inParallel(tasks, config.at_once, (task) => runTask(task, needs));
    return results.filter((batch) => batch !== undefined);
  };
  let replacing: Promise<void> = Promise.resolve();
  let underWay: Promise<void> | undefined;
  let stopped = false;
  const once = async () => {
    const batches = await collect();
    if (batches.length > 0) needs.emit(batches);
  };
  const run = async () => {
    underWay ??= once().finally(() => {
      underWay = undefined;
    });
    await underWay;
  };
  /** A collection that is under way still runs the plan of before. */
  const runAfresh = async () => {
    await underWay?.catch(() => {});
    if (!stopped) await run();
  };
  const name = "inputs.metric_programs";
  const schedule = config.enabled ? startSchedule({ name, everyMs: config.every, run }, needs) : undefined;
  return {
    enabled: config.enabled,
    collect,
    async replacePlan(plan) {
      const turn = replacing.then(() => file.replace(plan));
      replacing = turn.catch(() => {});
      await turn;
      if (config.enabled)
        void runAfresh().catch((thrown) => needs.log.error("no metrics", { reason: reasonOf(thrown) }));
    },
    async stop() {
      stopped = true;
      await schedule?.stop();
      await underWay?.catch(() => {});
    },
  };
}

/** A plan that cannot be read is told once, and the last good one is not used instead: the file says what is run. */
function planReader(
  file: MetricPlanFile,
  { path, named }: { path: string; named: boolean },
  { log }: Context,
): () => Promise<MetricPlan> {
  let told: string | undefined;
  const tell = (reason: string | undefined) => {
    if (reason !== undefined && reason !== told) log.error("no metric programs are run", { path, reason });
    if (reason === undefined && told !== undefined)
      log.warning("the metric programs are run again", { path });
    told = reason;
  };
  return async () => {
    try {
      const plan = await file.read();
      tell(plan === undefined && named ? "the file is not there" : undefined);
      return plan ?? [];
    } catch (thrown) {
      tell(reasonOf(thrown));
      return [];
    }
  };
}

async function runTask({ host, program }: Task, needs: MetricProgramsNeeds): Promise<Batch | undefined> {
  const { log, telemetry, clock } = needs;
  const fail = (reason: string) => {
    telemetry
      .counter("metric_programs_failed_total", "Runs of metric programs whose output was not used.")
      .add(1);
    log.error("Fail to get metrics", { program: program.name, host, reason });
    return undefined;
  };
  let ran: ProgramRun;
  try {
    ran = await needs.runProgram(program);
  } catch (thrown) {
    if (thrown instanceof AgentError) return fail(thrown.message);
    throw thrown;
  }
  // What was written before the deadline is used (contract happo §5.2).
  if (!ran.timedOut && !isUsable(ran.status, program)) return fail(`it ended with ${ran.status}`);
  if (ran.timedOut) log.error("a metric program was ended at its deadline", { program: program.name, host });
  const output = ran.timedOut || ran.cut ? wholeLines(ran) : ran.stdout;
  const { batch, refused, refusedCount } = metricsOfProgram({ program, host, output, nowMs: clock.now() });
  if (refusedCount > 0) {
    const help = "Lines of metric programs that could not be used.";
    telemetry.counter("metric_programs_refused_lines_total", help).add(refusedCount);
    const reason = refused.join("; ");
    log.warning("lines of a metric program cannot be used", {
      program: program.name,
      host,
      lines: refusedCount,
      reason,
    });
  }
  return batch;
}

/** Warning and critical are as good an end as ok for a program that checks. */
function isUsable(status: number, { format }: PlannedProgram): boolean {
  return format === "nagios" ? status >= 0 && status <= 2 : status === 0;
}

/** A line that was cut off might say another number than the program meant. */
function wholeLines({ stdout, cut }: ProgramRun): string {
  // It may have been the other output that was cut.
  const mark = cut ? stdout.lastIndexOf("\n[output cut") : -1;
  const written = mark < 0 ? stdout : stdout.slice(0, mark);
  return written.slice(0, written.lastIndexOf("\n") + 1);
}

/** The results in the order of the items, whoever is done first. */
async function inParallel<Item, Result>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = new Array(items.length);
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const place = next;
      next += 1;
      results[place] = await work(items[place] as Item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  return results;
}
