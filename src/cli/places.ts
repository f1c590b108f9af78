// Where an agent's configuration, state and socket are (design §9): one private home, the system's, or the user's own.
import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";

type Environment = Readonly<Record<string, string | undefined>>;

export interface Places {
  readonly configFile: string;
  readonly stateDirectory: string;
  readonly socketPath: string;
}

export interface PlaceWish {
  /** The older agent's `-d`: without a home, all that an agent keeps stands in the directory of its database. */
  readonly database?: string | undefined;
  /** Value of `--home`; wins over `YAGURA_HOME`. */
  readonly home?: string | undefined;
  readonly environment: Environment;
  /** Numeric user id; the process's own when absent. */
  readonly uid?: number;
}

/**
 * Absolute paths, none of which needs to exist. systemd's `STATE_DIRECTORY` replaces the default state directory, and
 * `-d` or `HAPPO_AGENT_DBFILE` does before it: two agents that are told apart by nothing else are by that.
 */
export function placesOf({ home, database, environment, uid = process.getuid?.() ?? -1 }: PlaceWish): Places {
  const ownHome = home || environment["YAGURA_HOME"];
  if (ownHome) {
    const directory = resolve(ownHome);
    return withSocket(join(directory, "yagura.yaml"), directory);
  }
  const [configDirectory, stateDirectory] =
    uid === 0 ? ["/etc/yagura", "/var/lib/yagura"] : directoriesOfUser(environment);
  const ofDatabase = database || environment["HAPPO_AGENT_DBFILE"];
  const state = ofDatabase ? resolve(ofDatabase) : (systemdState(environment) ?? stateDirectory);
  return withSocket(join(configDirectory, "yagura.yaml"), state);
}

/** The XDG base directories; a relative value counts as unset, as their specification says. */
function directoriesOfUser(environment: Environment): [string, string] {
  const user = environment["HOME"] || homeOfAccount();
  const base = (name: string, otherwise: string) => {
    const value = environment[name] ?? "";
    return isAbsolute(value) ? value : join(user, otherwise);
  };
  return [
    join(base("XDG_CONFIG_HOME", ".config"), "yagura"),
    join(base("XDG_STATE_HOME", ".local/state"), "yagura"),
  ];
}

/** A container may run as a number that no file of it names; such a user has no home. */
function homeOfAccount(): string {
  try {
    return homedir();
  } catch {
    return "/";
  }
}

/** systemd separates several directories with colons; the first one is ours. */
function systemdState(environment: Environment): string | undefined {
  const first = environment["STATE_DIRECTORY"]?.split(":")[0];
  return first ? resolve(first) : undefined;
}

function withSocket(configFile: string, stateDirectory: string): Places {
  return { configFile, stateDirectory, socketPath: join(stateDirectory, "agent.sock") };
}
