// Running programs as another user: setpriv of util-linux changes user and groups, then becomes the program.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { promisify } from "node:util";
import { AgentError, reasonOf } from "../kernel/errors.ts";
import type { CommandLine } from "./command-line.ts";

export interface ProgramUser {
  readonly name: string;
  readonly home: string;
  /** The words that go before a command line so that it runs as this user, with this user's groups. */
  readonly prefix: readonly [string, ...string[]];
}

/** The operator's choice: who programs run as, and who else may be asked for. */
export interface UserRules {
  /** Undefined: the agent's own user, whose rights nobody exceeds. */
  readonly user?: string | undefined;
  readonly users: readonly string[];
  /** Only root becomes somebody else. */
  readonly isRoot: boolean;
}

const setprivPaths = ["/usr/bin/setpriv", "/bin/setpriv"];
const getentPaths = ["/usr/bin/getent", "/bin/getent"];
const rememberedLimit = 100;
const askLimitMs = 10_000;

/** Each user is looked up once; the ones that were asked for longest ago are forgotten first. */
export class ProgramUsers {
  readonly #rules: UserRules;
  readonly #known = new Map<string, Promise<ProgramUser>>();

  constructor(rules: UserRules) {
    this.#rules = rules;
  }

  /** Rejects `program.user` for one that does not exist or may not be asked for, or where the agent is not root. */
  async find(name: string): Promise<ProgramUser> {
    const { user, users, isRoot } = this.#rules;
    if (user !== undefined && name !== user && !users.includes(name))
      throw refused(name, "it is neither programs.user nor one of programs.users");
    if (!isRoot) throw refused(name, "the agent does not run as root");
    const known = this.#known.get(name) ?? this.#lookUp(name);
    this.#known.delete(name);
    this.#known.set(name, known);
    const [oldest] = this.#known.keys();
    if (this.#known.size > rememberedLimit && oldest !== undefined) this.#known.delete(oldest);
    return await known;
  }

  /** One who was not found is looked up again when he is asked for again. */
  async #lookUp(name: string): Promise<ProgramUser> {
    try {
      return await lookUp(name);
    } catch (thrown) {
      this.#known.delete(name);
      throw thrown;
    }
  }
}

async function lookUp(name: string): Promise<ProgramUser> {
  const setpriv = setprivPaths.find((path) => existsSync(path));
  if (setpriv === undefined) throw refused(name, "setpriv (package util-linux) is missing");
  const [uid, gid, home] = await accountOf(name);
  const identity = [`--reuid=${uid}`, `--regid=${gid}`, "--init-groups", "--inh-caps=-all", "--"];
  return { name, home, prefix: [setpriv, ...identity] };
}

/** By the name itself: a number would be taken for a number of a user. */
async function accountOf(name: string): Promise<[string, string, string]> {
  const getent = getentPaths.find((path) => existsSync(path));
  if (getent === undefined) throw refused(name, "getent (package libc-bin) is missing");
  const ask = promisify(execFile);
  const { stdout } = await ask(getent, ["passwd", "--", name], { timeout: askLimitMs }).catch((thrown) => {
    throw refused(name, thrown?.code === 2 ? "there is no such user" : reasonOf(thrown), thrown);
  });
  const [found, , uid = "", gid = "", , home = ""] = stdout.trim().split(":");
  if (found !== name || !/^\d+$/.test(uid) || !/^\d+$/.test(gid))
    throw refused(name, "there is no such user");
  return [uid, gid, home === "" ? "/" : home];
}

function refused(user: string, reason: string, cause?: unknown): AgentError {
  return new AgentError("program.user", { user, reason, cause });
}

/** The same command line as another user; unchanged for the agent's own. */
export function asUser(user: ProgramUser | undefined, line: CommandLine): CommandLine {
  if (user === undefined) return line;
  const [setpriv, ...words] = user.prefix;
  return { path: setpriv, argv: [setpriv, ...words, line.path, ...line.argv.slice(1)] };
}
