// The package manager of this host: what is installed, and installing, one thing at a time in the whole agent.
import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { parseOsRelease } from "../../formats/proc/os-release.ts";
import { BoundedMap } from "../../kernel/bounded-map.ts";
import type { Clock } from "../../kernel/clock.ts";
import { type Command, failureText, type RunProgram, runCommand, runWell } from "../host/program.ts";
import { cannot, type Turn } from "../running/turn.ts";
import { type Backend, backendFor } from "./backends.ts";
import { DpkgStatusReader, type InstalledPackages, isInstalled } from "./dpkg-status.ts";
import { OneAtATime } from "./one-at-a-time.ts";

interface PackageManagerNeeds {
  readonly clock: Pick<Clock, "monotonicMs">;
  readonly root: string;
  readonly run: RunProgram;
  readonly hasProgram: (name: string) => boolean;
}

interface Known<Answer> {
  readonly stamp: string;
  readonly answer: Answer;
}

const refreshEveryMs = 3_600_000;
/** Lists that are as young as this are not fetched again because a package is not in them. */
const freshMs = 60_000;

export class PackageManager {
  readonly #needs: PackageManagerNeeds;
  readonly #exclusive = new OneAtATime();
  readonly #answers = new BoundedMap<string, Known<boolean>>(1000);
  #packages: Known<InstalledPackages> | undefined;
  #refreshedMs = Number.NEGATIVE_INFINITY;

  constructor(needs: PackageManagerNeeds) {
    this.#needs = needs;
  }

  /** Rejects where the packages of this system are not managed. */
  async backend(): Promise<Backend> {
    const { root, hasProgram } = this.#needs;
    const read = (path: string) => readFile(join(root, path), "utf8").catch(() => undefined);
    const text = (await read("/etc/os-release")) ?? (await read("/usr/lib/os-release")) ?? "";
    const found = backendFor(parseOsRelease(text), hasProgram);
    if (found === undefined) throw cannot("the packages of this system are not managed");
    return found;
  }

  /** Whether it is installed; asked again only after the database changed. */
  async has(name: string, turn: Turn): Promise<boolean> {
    const backend = await this.backend();
    const stamp = await this.#stampOf(backend);
    if (backend.ask === undefined) return isInstalled(name, await this.#dpkgPackages(stamp));
    const before = this.#answers.get(name);
    if (before?.stamp === stamp && stamp !== "") return before.answer;
    const { status, timedOut } = await this.#run(backend.ask(name, this.#needs.root), turn);
    if (timedOut || status > 1) throw cannot(`${backend.name}: whether ${name} is installed cannot be said`);
    this.#answers.set(name, { stamp, answer: status === 0 });
    return status === 0;
  }

  /** Installs it and says so. Rejects with the end of the package manager's output. */
  async install(name: string, turn: Turn): Promise<string> {
    return await this.#exclusive.run(turn.signal, async () => {
      const backend = await this.backend();
      await this.#refresh(backend, turn, refreshEveryMs);
      await this.#installWithFreshLists(backend, name, turn);
      if (!(await this.has(name, turn)))
        throw cannot(`${backend.name} ended well, and the package ${name} is not installed all the same`);
      return `the package ${name} was installed`;
    });
  }

  /** Another repository: the next package is looked for in new lists. */
  forgetLists(): void {
    this.#refreshedMs = Number.NEGATIVE_INFINITY;
  }

  async #installWithFreshLists(backend: Backend, name: string, turn: Turn): Promise<void> {
    const command = backend.install(name, this.#needs.root);
    const outcome = await this.#run(command, turn);
    const failure = failureText(outcome);
    if (failure === undefined) return;
    const isUnknown = backend.unknown.some((words) => words.test(outcome.stdout));
    if (!isUnknown || !(await this.#refresh(backend, turn, freshMs)))
      throw cannot(`${command.words[0]} ${failure}`);
    await runWell(command, turn, this.#needs.run);
  }

  /** False: the lists are younger than that. */
  async #refresh(backend: Backend, turn: Turn, olderThanMs: number): Promise<boolean> {
    const nowMs = this.#needs.clock.monotonicMs();
    if (backend.refresh === undefined || nowMs - this.#refreshedMs < olderThanMs) return false;
    // Also where it fails: the lists that are there may do, and a server that is down is not asked at each turn.
    this.#refreshedMs = nowMs;
    const failure = failureText(await this.#run(backend.refresh(this.#needs.root), turn));
    if (failure !== undefined)
      turn.success(`the lists of packages are old: ${backend.name} update ${failure}`);
    return true;
  }

  async #dpkgPackages(stamp: string): Promise<InstalledPackages> {
    if (this.#packages?.stamp === stamp && stamp !== "") return this.#packages.answer;
    const reader = new DpkgStatusReader();
    for await (const text of createReadStream(join(this.#needs.root, "/var/lib/dpkg/status"), "utf8"))
      reader.take(String(text));
    reader.end();
    this.#packages = { stamp, answer: reader.packages };
    return reader.packages;
  }

  /** Changes whenever the database does; empty where there is none. */
  async #stampOf({ database }: Backend): Promise<string> {
    const stamps: string[] = [];
    for (const path of database) {
      const found = await stat(join(this.#needs.root, path)).catch(() => undefined);
      if (found?.isFile() === true) stamps.push(`${path}:${found.mtimeMs}:${found.size}:${found.ino}`);
    }
    return stamps.join(" ");
  }

  async #run(command: Command, turn: Turn) {
    return await runCommand(command, turn, this.#needs.run);
  }
}
