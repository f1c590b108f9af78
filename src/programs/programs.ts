// Names in, outcomes out: look a program up, wait for a place, run it, and answer as a shell would.
import { setMaxListeners } from "node:events";
import { dirname } from "node:path";
import { quoteShellWord } from "../formats/shell-words.ts";
import { AgentError, reasonOf, systemCode } from "../kernel/errors.ts";
import { type Context, defineModule, type Running } from "../kernel/module.ts";
import type { Counter } from "../kernel/telemetry.ts";
import { Admission } from "./admission.ts";
import { Catalogue, type Found } from "./catalogue.ts";
import { type CommandLine, commandLine, shellLine } from "./command-line.ts";
import { type ProgramsConfig, programsConfig } from "./config.ts";
import type { Engine } from "./engine.ts";
import { loadLibc } from "./libc.ts";
import { createNodeSpawnEngine } from "./node-spawn-engine.ts";
import { behindPrefix, otherUserPrefix } from "./other-user.ts";
import { ownAccount } from "./own-account.ts";
import { createPosixSpawnEngine } from "./posix-spawn-engine.ts";
import { outcomeOf, type ProgramOutcome, unrun } from "./program-outcome.ts";
import { type RunResult, runProgram } from "./run-program.ts";
import { answerToStartFailure, cannotRun } from "./shell-answer.ts";

/** Where programs that are no check plugins are looked for. */
const systemPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

export interface RunByName {
  readonly name: string;
  readonly option: string;
  /** True: standard error is written into standard output, in the order of writing. */
  readonly merged?: boolean;
  /** Milliseconds until TERM; the configured ones when absent. */
  readonly deadlineMs?: number;
  /** Variables that it gets besides the configured ones. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** A line of this host's own configuration, for a shell. */
export interface RunLine extends Omit<RunByName, "name" | "option"> {
  readonly line: string;
}

export interface Programs extends Running {
  /** Name of the engine that starts programs. */
  readonly engine: string;
  /** True when option strings are given to a shell. */
  readonly shell: boolean;
  /** Milliseconds from the start of a program to TERM. */
  readonly deadlineMs: number;
  readonly running: number;
  readonly waiting: number;
  readonly leaked: number;
  /** Check programs, looked up in the configured paths. Rejects with `program.option` where a shell would be needed. */
  check(request: RunByName): Promise<ProgramOutcome>;
  /** Metric programs, looked up in their own paths. One that is not there ends with 127. */
  metric(request: RunByName): Promise<ProgramOutcome>;
  /** Any program of the system's path, or by its whole path. */
  system(request: RunByName): Promise<ProgramOutcome>;
  hasSystem(name: string): boolean;
  /** A program that this host's configuration names: whole path, check program, or of the system's path. */
  own(request: RunByName): Promise<ProgramOutcome>;
  /** A line that this host's configuration gives to /bin/sh. */
  ownLine(request: RunLine): Promise<ProgramOutcome>;
  /** The first configured directory that holds check programs. */
  readonly checkDirectory: string;
  readonly checks: Pick<Catalogue, "list">;
}

export interface ProgramsNeeds {
  /** Directory of the programs that the agent brings; searched after the configured ones. */
  readonly shippedPrograms: string;
}

export const programsModule = defineModule<ProgramsConfig, ProgramsNeeds, Programs>({
  name: "programs",
  summary: "Runs other people's executables: no shell, a deadline, a limit on everything.",
  config: programsConfig,
  async start(config, needs) {
    return new RunningPrograms(config, needs);
  },
});

class RunningPrograms implements Programs {
  readonly shell: boolean;
  readonly deadlineMs: number;
  readonly checks: Catalogue;
  readonly #config: ProgramsConfig;
  readonly #needs: Context & ProgramsNeeds;
  readonly #engine: Engine;
  readonly #metrics: Catalogue;
  readonly #system: Catalogue;
  readonly #admission: Admission;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #userPrefix: readonly string[];
  readonly #shipped: string;
  readonly #started: Counter;
  readonly #refused: Counter;
  readonly #stopping = new AbortController();
  #leaked = 0;

  constructor(config: ProgramsConfig, needs: Context & ProgramsNeeds) {
    const { clock, telemetry } = needs;
    this.#config = config;
    this.#needs = needs;
    setMaxListeners(0, this.#stopping.signal);
    this.shell = config.shell;
    this.deadlineMs = config.deadline;
    this.#userPrefix = config.user === undefined ? [] : otherUserPrefix(config.user);
    this.#shipped = needs.shippedPrograms;
    this.#engine = chooseEngine(config.engine);
    this.checks = new Catalogue([...config.paths, needs.shippedPrograms], missingIn(config.paths));
    this.#metrics = new Catalogue(config.metric_paths, missingIn(config.metric_paths));
    this.#system = new Catalogue(systemPath.split(":"), (name) => name);
    this.#environment = cleanEnvironment(config);
    const { at_once: atOnce, queue: queueLimit, deadline } = config;
    this.#admission = new Admission({ atOnce, queueLimit, waitLimitMs: Math.max(deadline, 1000) }, clock);
    this.#started = telemetry.counter("programs_started_total", "Programs that were started.");
    this.#refused = telemetry.counter("programs_refused_total", "Programs not started for want of a place.");
    telemetry.gauge("programs_running", "Programs that run now.", () => this.running);
    telemetry.gauge("programs_waiting", "Programs that wait for a place.", () => this.waiting);
    telemetry.gauge(
      "programs_leaked",
      "Programs that outlived KILL and are not gone yet.",
      () => this.leaked,
    );
  }

  get engine(): string {
    return this.#engine.name;
  }

  get running(): number {
    return this.#admission.inside;
  }

  get waiting(): number {
    return this.#admission.waiting;
  }

  get leaked(): number {
    return this.#leaked;
  }

  async check(request: RunByName): Promise<ProgramOutcome> {
    return await this.#byPath(this.checks.find(request.name), request);
  }

  async metric(request: RunByName): Promise<ProgramOutcome> {
    return await this.#byPath(this.#metrics.find(request.name), request);
  }

  async system(request: RunByName): Promise<ProgramOutcome> {
    if (this.shell)
      return await this.#run(request.name, shellLine(`${request.name} ${request.option}`), request);
    return await this.#lookUpAndRun(this.#findSystem(request.name), { ...request, ownName: request.name });
  }

  hasSystem(name: string): boolean {
    return this.#findSystem(name).kind !== "missing";
  }

  async own(request: RunByName): Promise<ProgramOutcome> {
    const found = request.name.startsWith("/") ? undefined : this.checks.find(request.name);
    return found === undefined || found.kind === "missing"
      ? await this.system(request)
      : await this.#byPath(found, request);
  }

  async ownLine({ line, ...request }: RunLine): Promise<ProgramOutcome> {
    return await this.#run("/bin/sh", shellLine(line), { ...request, name: "/bin/sh", option: line });
  }

  get checkDirectory(): string {
    const isPlugin = ({ name }: { name: string }) => name.startsWith("check_");
    const plugin = this.checks.list().find(isPlugin);
    return plugin === undefined ? this.#shipped : dirname(plugin.path);
  }

  #findSystem(name: string): Found {
    return name.startsWith("/") && !name.includes("\0")
      ? this.#system.findPath(name)
      : this.#system.find(name);
  }

  /** Programs that still run are killed with all that they started. */
  async stop(): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    this.#stopping.abort();
    await this.#engine.stop();
  }

  async #byPath(found: Found, request: RunByName): Promise<ProgramOutcome> {
    return await this.#lookUpAndRun(found, { ...request, ownName: found.path });
  }

  /** `ownName` is what the program is told its name is: its path, or what the shell would have been given. */
  async #lookUpAndRun(found: Found, request: RunByName & { ownName: string }): Promise<ProgramOutcome> {
    const { path } = found;
    const command = `${path} ${request.option}`;
    if (found.kind === "missing") return unrun(command, cannotRun(path, 127, "not found"), request.merged);
    if (found.kind === "forbidden") return unrun(command, cannotRun(path, 126, found.reason), request.merged);
    const line = this.shell
      ? shellLine(`${quoteShellWord(path)} ${request.option}`)
      : commandLine(path, request.ownName, request.option);
    return await this.#run(path, line, request);
  }

  async #run(path: string, line: CommandLine, request: RunByName): Promise<ProgramOutcome> {
    const command = `${path} ${request.option}`;
    await this.#enter();
    try {
      const result = await this.#start(behindPrefix(this.#userPrefix, line), request);
      return outcomeOf(command, result, this.shell);
    } catch (thrown) {
      const answer = answerToStartFailure(path, systemCode(thrown));
      if (answer !== undefined) return unrun(command, answer, request.merged);
      throw new AgentError("program.not-started", { path, reason: reasonOf(thrown), cause: thrown });
    } finally {
      this.#admission.leave();
    }
  }

  async #enter(): Promise<void> {
    try {
      if (this.#leaked >= this.#config.leaked_limit)
        throw new AgentError("program.leaking", { leaked: this.#leaked });
      await this.#admission.enter();
      this.#started.add(1);
    } catch (thrown) {
      this.#refused.add(1);
      throw thrown;
    }
  }

  /** A script without a first line that names its interpreter is sh's, as execvp and every shell have it. */
  async #start(line: CommandLine, request: RunByName): Promise<RunResult> {
    try {
      return await this.#startExactly(line, request);
    } catch (thrown) {
      if (systemCode(thrown) !== "ENOEXEC") throw thrown;
      const argv = ["/bin/sh", line.path, ...line.argv.slice(1)] as const;
      return await this.#startExactly({ path: "/bin/sh", argv }, request);
    }
  }

  async #startExactly(line: CommandLine, { merged = false, ...request }: RunByName): Promise<RunResult> {
    const { deadline, kill_after: killAfterMs, output_limit: outputLimitBytes } = this.#config;
    const limits = { deadlineMs: request.deadlineMs ?? deadline, killAfterMs, outputLimitBytes };
    const start = {
      ...line,
      environment: { ...this.#environment, ...request.environment },
      merged,
      ...limits,
    };
    return await runProgram(start, {
      engine: this.#engine,
      clock: this.#needs.clock,
      signal: this.#stopping.signal,
      onLeak: (change) => this.#countLeak(line.path, change),
    });
  }

  #countLeak(path: string, change: 1 | -1): void {
    this.#leaked += change;
    if (change > 0) this.#needs.log.error("a program outlived KILL", { path, leaked: this.#leaked });
    else this.#needs.log.warning("a leaked program is gone", { path, leaked: this.#leaked });
  }
}

function chooseEngine(wanted: ProgramsConfig["engine"]): Engine {
  const libc = wanted === "node" ? undefined : loadLibc();
  if (libc !== undefined) return createPosixSpawnEngine(libc);
  if (wanted === "posix_spawn")
    throw new AgentError("module.failed", { module: "programs", reason: noPosixSpawn });
  return createNodeSpawnEngine();
}

const noPosixSpawn = "programs.engine: posix_spawn is not to be had on this platform; set it to auto";

/** A name that is missing is reported in the last directory, up to its first blank: so a shell would read it. */
function missingIn(paths: readonly string[]): (name: string) => string {
  return (name) => `${paths.at(-1) ?? ""}/${name.split(" ")[0]}`.replace(/\/{2,}/g, "/");
}

/** Nothing of the agent's own environment reaches a program. */
function cleanEnvironment({ environment, user }: ProgramsConfig): Readonly<Record<string, string>> {
  return {
    PATH: systemPath,
    LANG: "C",
    ...ownAccount(),
    ...(user === undefined ? {} : { USER: user }),
    ...environment,
  };
}
