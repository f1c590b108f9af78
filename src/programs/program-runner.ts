// Runs command lines: waits for a place, starts, keeps the limits, and answers as a shell would.
import { setMaxListeners } from "node:events";
import { AgentError, reasonOf, systemCode } from "../kernel/errors.ts";
import type { Context } from "../kernel/module.ts";
import type { Counter } from "../kernel/telemetry.ts";
import { Admission, type Asker } from "./admission.ts";
import type { CommandLine } from "./command-line.ts";
import type { ProgramsConfig } from "./config.ts";
import type { Engine } from "./engine.ts";
import { Leftovers } from "./leftovers/leftovers.ts";
import { type Libc, loadLibc } from "./libc.ts";
import { createNodeSpawnEngine } from "./node-spawn-engine.ts";
import { type Account, ownAccount } from "./own-account.ts";
import { createPosixSpawnEngine } from "./posix-spawn-engine.ts";
import { type EnvironmentOf, programEnvironment, type Variables } from "./program-environment.ts";
import { outcomeOf, type ProgramOutcome, unrun } from "./program-outcome.ts";
import { asUser, ProgramUsers } from "./program-users.ts";
import type { RunByName } from "./run-by-name.ts";
import { type RunResult, runProgram } from "./run-program.ts";
import { answerToStartFailure } from "./shell-answer.ts";

/** RLIMIT_AS (getrlimit(2)). */
const addressSpaceLimit = 9;

type Prepared = RunByName & Required<Pick<RunByName, "environment">>;

export class ProgramRunner {
  readonly #config: ProgramsConfig;
  readonly #environment: EnvironmentOf;
  /** struct rlimit: the soft limit and the hard one. */
  readonly #memoryLimit = new BigUint64Array(2);
  readonly #needs: Context;
  readonly #engine: Engine;
  readonly #libc: Libc | undefined;
  readonly #admission: Admission;
  readonly #users: ProgramUsers;
  /** The agent's own, asked for once: the system reads a file for it. */
  readonly #own: Account = ownAccount();
  readonly #started: Counter;
  readonly #refused: Counter;
  readonly #stopping = new AbortController();
  /** Undefined where nobody can find what programs leave outside their groups. */
  readonly #leftovers: Leftovers | undefined;
  #leaked = 0;

  constructor(config: ProgramsConfig, needs: Context & { readonly variables?: Variables }) {
    const { clock, telemetry } = needs;
    this.#config = config;
    this.#environment = programEnvironment(config, needs.variables ?? {});
    this.#needs = needs;
    setMaxListeners(0, this.#stopping.signal);
    this.#users = new ProgramUsers({ ...config, isRoot: process.getuid?.() === 0 });
    this.#libc = loadLibc();
    this.#engine = chooseEngine(config.engine, this.#libc);
    this.#leftovers = this.#findLeftovers(this.#libc);
    const { at_once: atOnce, queue: queueLimit, queue_wait: waitLimitMs } = config;
    this.#admission = new Admission({ atOnce, queueLimit, waitLimitMs }, clock);
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

  /** `path` is what an answer names where the line cannot be run. */
  async run(path: string, line: CommandLine, request: RunByName): Promise<ProgramOutcome> {
    const command = `${path} ${request.option}`;
    const { user: name = this.#config.user } = request;
    const user = name === undefined ? undefined : await this.#users.find(name);
    await this.#enter(request.asker);
    try {
      const usual = this.#environment(user ?? this.#own);
      const environment = request.environment === undefined ? usual : { ...usual, ...request.environment };
      const result = await this.#start(asUser(user, line), { ...request, environment });
      return outcomeOf(command, result, this.#config.shell);
    } catch (thrown) {
      const answer = answerToStartFailure(path, systemCode(thrown));
      if (answer !== undefined) return unrun(command, answer, request.merged);
      throw new AgentError("program.not-started", { path, reason: reasonOf(thrown), cause: thrown });
    } finally {
      this.#admission.leave(request.asker);
    }
  }

  /** Rejects where programs cannot be run as the configured user. */
  async prepare(): Promise<void> {
    const { user } = this.#config;
    if (user !== undefined) await this.#users.find(user);
  }

  /** Programs that still run are killed with all that they started. */
  async stop(): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    this.#stopping.abort();
    await this.#engine.stop();
    await this.#leftovers?.stop();
  }

  #findLeftovers(libc: Libc | undefined): Leftovers | undefined {
    const isOwned = (pid: number) => this.#engine.owns(pid);
    const onLeak = (change: 1 | -1) => this.#countLeak("a process that left its group", change);
    const kill = (pid: number) => void process.kill(pid, "SIGKILL");
    const { clock, log } = this.#needs;
    const leftovers = libc && Leftovers.start({ libc, clock, isOwned, kill, onLeak });
    if (leftovers === undefined) log.warning("what programs start outside their process groups is not ended");
    return leftovers;
  }

  async #enter(asker: Asker | undefined): Promise<void> {
    try {
      if (this.#leaked >= this.#config.leaked_limit)
        throw new AgentError("program.leaking", { leaked: this.#leaked });
      await this.#admission.enter(asker);
      this.#started.add(1);
    } catch (thrown) {
      this.#refused.add(1);
      throw thrown;
    }
  }

  /** A script without a first line that names its interpreter is sh's, as execvp and every shell have it. */
  async #start(line: CommandLine, request: Prepared): Promise<RunResult> {
    try {
      return await this.#startExactly(line, request);
    } catch (thrown) {
      if (systemCode(thrown) !== "ENOEXEC") throw thrown;
      const argv = ["/bin/sh", line.path, ...line.argv.slice(1)] as const;
      return await this.#startExactly({ path: "/bin/sh", argv }, request);
    }
  }

  async #startExactly(line: CommandLine, request: Prepared): Promise<RunResult> {
    const { deadline, kill_after: killAfterMs, output_limit: outputLimitBytes } = this.#config;
    const { drainMs } = request;
    const limits = { deadlineMs: request.deadlineMs ?? deadline, killAfterMs, outputLimitBytes, drainMs };
    const start = { ...line, environment: request.environment, merged: request.merged ?? false, ...limits };
    const trace = this.#leftovers?.trace(request.mayLeaveDaemons ?? false);
    const begin: Engine["start"] = async (...of) => {
      const child = await this.#engine.start(...of);
      this.#limitMemory(child.pid, request.memoryBytes);
      return child;
    };
    return await runProgram(start, {
      start: trace === undefined ? begin : (...of) => trace.during(() => begin(...of)),
      clock: this.#needs.clock,
      signal: this.#stopping.signal,
      onLeak: (change) => this.#countLeak(line.path, change),
      onEnd: (how) => trace?.end(how),
    });
  }

  /** The program runs already, but has had no time to take much. Where nobody can set limits there are none. */
  #limitMemory(pid: number, bytes: number | undefined): void {
    if (bytes === undefined) return;
    this.#memoryLimit.fill(BigInt(bytes));
    this.#libc?.prlimit(pid, addressSpaceLimit, Buffer.from(this.#memoryLimit.buffer), null);
  }

  #countLeak(path: string, change: 1 | -1): void {
    this.#leaked += change;
    if (change > 0) this.#needs.log.error("a program outlived KILL", { path, leaked: this.#leaked });
    else this.#needs.log.warning("a leaked program is gone", { path, leaked: this.#leaked });
  }
}

function chooseEngine(wanted: ProgramsConfig["engine"], libc: Libc | undefined): Engine {
  if (libc !== undefined && wanted !== "node") return createPosixSpawnEngine(libc);
  if (wanted === "posix_spawn")
    throw new AgentError("module.failed", { module: "programs", reason: noPosixSpawn });
  return createNodeSpawnEngine();
}

const noPosixSpawn = "programs.engine: posix_spawn is not to be had on this platform; set it to auto";
