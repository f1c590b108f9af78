// Names in, outcomes out: look a program up, judge it, run it.
import { dirname } from "node:path";
import { quoteShellWord } from "../formats/shell-words.ts";
import { type Context, defineModule, type Running } from "../kernel/module.ts";
import { Catalogue, type Found, systemPath } from "./catalogue.ts";
import { type CommandLine, commandLine, shellLine } from "./command-line.ts";
import { type ProgramsConfig, programsConfig } from "./config.ts";
import { type JudgedProgram, judgeFound } from "./judgement/judge-found.ts";
import type { Variables } from "./program-environment.ts";
import { type ProgramOutcome, unrun } from "./program-outcome.ts";
import { ProgramRunner } from "./program-runner.ts";
import type { RunByName, RunCheck, RunLine } from "./run-by-name.ts";
import { cannotRun } from "./shell-answer.ts";

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
  check(request: RunCheck): Promise<ProgramOutcome>;
  /** What `check` would do with these, for callers who may not have everything done. */
  judge(request: Pick<RunByName, "name" | "option">): JudgedProgram;
  /** Metric programs, looked up in their own paths. One that is not there ends with 127. */
  metric(request: RunByName): Promise<ProgramOutcome>;
  /** Any program of the system's path, or by its whole path. */
  system(request: RunByName): Promise<ProgramOutcome>;
  hasSystem(name: string): boolean;
  /**
   * A program that this host's configuration names: whole path, check program, or of the system's path. It may leave
   * daemons, unless it is said that it may not.
   */
  own(request: RunByName): Promise<ProgramOutcome>;
  /** A line that this host's configuration gives to /bin/sh. It may leave daemons, unless it is said that it may not. */
  ownLine(request: RunLine): Promise<ProgramOutcome>;
  /** The first configured directory that holds check programs. */
  readonly checkDirectory: string;
  readonly checks: Pick<Catalogue, "list">;
}

/** For plugins that run because of how they were judged: several times what the hungriest of them takes. */
const judgedMemoryBytes = 512 * 1024 * 1024;

export interface ProgramsNeeds {
  /** Directory of the programs that the agent brings; searched after the configured ones. */
  readonly shippedPrograms: string;
  /** The agent's own environment, for programs that are to inherit it. */
  readonly variables?: Variables;
}

/** An own command has said all when it has ended: what it leaves running may hold its outputs for good. */
const ownDrainMs = 250;

export const programsModule = defineModule<ProgramsConfig, ProgramsNeeds, Programs>({
  name: "programs",
  summary: "Runs other people's executables: no shell, a deadline, a limit on everything.",
  config: programsConfig,
  async start(config, needs) {
    const programs = new RunningPrograms(config, needs);
    try {
      await programs.prepare();
    } catch (thrown) {
      await programs.stop();
      throw thrown;
    }
    return programs;
  },
});

class RunningPrograms implements Programs {
  readonly shell: boolean;
  readonly deadlineMs: number;
  readonly checks: Catalogue;
  readonly #runner: ProgramRunner;
  readonly #metrics: Catalogue;
  readonly #system: Catalogue;
  readonly #shipped: string;

  constructor(config: ProgramsConfig, needs: Context & ProgramsNeeds) {
    this.shell = config.shell;
    this.deadlineMs = config.deadline;
    this.#shipped = needs.shippedPrograms;
    this.#runner = new ProgramRunner(config, needs);
    this.checks = new Catalogue([...config.paths, needs.shippedPrograms], missingIn(config.paths));
    this.#metrics = new Catalogue(config.metric_paths, missingIn(config.metric_paths));
    this.#system = new Catalogue(systemPath.split(":"), (name) => name);
  }

  get engine(): string {
    return this.#runner.engine;
  }

  get running(): number {
    return this.#runner.running;
  }

  get waiting(): number {
    return this.#runner.waiting;
  }

  get leaked(): number {
    return this.#runner.leaked;
  }

  async check(request: RunCheck): Promise<ProgramOutcome> {
    // Whom one does not know could have it read an answer without an end, or a pattern that grows.
    const limit = request.path === undefined ? {} : { memoryBytes: judgedMemoryBytes };
    return await this.#byPath(this.checks.find(request.name), { ...request, ...limit });
  }

  judge({ name, option }: Pick<RunByName, "name" | "option">): JudgedProgram {
    return judgeFound(this.checks.find(name), { name, option, shell: this.shell });
  }

  async metric(request: RunByName): Promise<ProgramOutcome> {
    return await this.#byPath(this.#metrics.find(request.name), request);
  }

  async system(request: RunByName): Promise<ProgramOutcome> {
    if (this.shell)
      return await this.#runner.run(request.name, shellLine(`${request.name} ${request.option}`), request);
    return await this.#lookUpAndRun(this.#findSystem(request.name), { ...request, ownName: request.name });
  }

  hasSystem(name: string): boolean {
    return this.#findSystem(name).kind !== "missing";
  }

  async own(asked: RunByName): Promise<ProgramOutcome> {
    const request = { mayLeaveDaemons: true, drainMs: ownDrainMs, ...asked };
    const found = request.name.startsWith("/") ? undefined : this.checks.find(request.name);
    return found === undefined || found.kind === "missing"
      ? await this.system(request)
      : await this.#byPath(found, request);
  }

  async ownLine({ line, ...request }: RunLine): Promise<ProgramOutcome> {
    return await this.#runner.run("/bin/sh", shellLine(line), {
      mayLeaveDaemons: true,
      drainMs: ownDrainMs,
      ...request,
      name: "/bin/sh",
      option: line,
    });
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

  async prepare(): Promise<void> {
    await this.#runner.prepare();
  }

  async stop(): Promise<void> {
    await this.#runner.stop();
  }

  async #byPath(found: Found, request: RunCheck): Promise<ProgramOutcome> {
    return await this.#lookUpAndRun(found, { ...request, ownName: found.path });
  }

  /** `ownName` is what the program is told its name is: its path, or what the shell would have been given. */
  async #lookUpAndRun(found: Found, request: RunCheck & { ownName: string }): Promise<ProgramOutcome> {
    const { path } = found;
    const command = `${path} ${request.option}`;
    const refuse = (status: number, reason: string) =>
      unrun(command, cannotRun(path, status, reason), request.merged);
    if (found.kind === "missing") return refuse(127, "not found");
    if (found.kind === "forbidden") return refuse(126, found.reason);
    if (request.path !== undefined && request.path !== path)
      return refuse(126, "Refused: not the file that was judged");
    const line = await this.#lineOf(path, request);
    const merged = request.merged === true || line.joined === true;
    return await this.#runner.run(path, line, { ...request, merged });
  }

  async #lineOf(
    path: string,
    { words, option, ownName }: RunCheck & { ownName: string },
  ): Promise<CommandLine> {
    if (this.shell)
      return shellLine(`${quoteShellWord(path)} ${words?.map(quoteShellWord).join(" ") ?? option}`);
    return words === undefined
      ? await commandLine(path, ownName, option)
      : { path, argv: [ownName, ...words] };
  }
}

/** A name that is missing is reported in the last directory, up to its first blank: so a shell would read it. */
function missingIn(paths: readonly string[]): (name: string) => string {
  return (name) => `${paths.at(-1) ?? ""}/${name.split(" ")[0]}`.replace(/\/{2,}/g, "/");
}
