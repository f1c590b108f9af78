// Which file a name stands for: the first one of that name in the search paths.
import { accessSync, constants, readdirSync, type Stats, statSync } from "node:fs";
import { posix } from "node:path";

/** Where programs that are no check plugins are looked for. */
export const systemPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** What a name was found to be. `path` is what an answer names, also when there is nothing. */
export type Found =
  | { readonly kind: "program"; readonly path: string }
  | { readonly kind: "missing"; readonly path: string }
  | { readonly kind: "forbidden"; readonly path: string; readonly reason: string };

export interface CatalogueEntry {
  readonly name: string;
  readonly path: string;
}

/** Base names only: no slash, no control character, and none of the directory's own names. */
function isBaseName(name: string): boolean {
  return name !== "" && name !== "." && name !== ".." && !/[/\p{Cc}]/u.test(name);
}

export class Catalogue {
  readonly #directories: readonly string[];
  readonly #pathOfMissing: (name: string) => string;

  /** `pathOfMissing` gives the path that an answer names when there is no such program. */
  constructor(directories: readonly string[], pathOfMissing: (name: string) => string) {
    this.#directories = directories;
    this.#pathOfMissing = pathOfMissing;
  }

  /**
   * The first entry of that name, whatever it is (contract happo §4). A program that other users may change is
   * forbidden: who can write it would run code as the agent.
   */
  find(name: string): Found {
    if (!isBaseName(name)) return this.#missing(name);
    for (const directory of this.#directories) {
      const path = posix.join(directory, name);
      const stats = statSync(path, { throwIfNoEntry: false });
      if (stats !== undefined) return judge(path, directory, stats);
    }
    return this.#missing(name);
  }

  /** A program by its whole path, judged like others. */
  findPath(path: string): Found {
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats === undefined ? { kind: "missing", path } : judge(path, posix.dirname(path), stats);
  }

  /** Everything that can be run, by name; a name in two directories is the first one's. */
  list(): CatalogueEntry[] {
    const entries = new Map<string, CatalogueEntry>();
    for (const directory of this.#directories) {
      for (const name of namesIn(directory)) {
        const path = posix.join(directory, name);
        if (!entries.has(name) && isRunnable(path)) entries.set(name, { name, path });
      }
    }
    return [...entries.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  #missing(name: string): Found {
    return { kind: "missing", path: this.#pathOfMissing(name) };
  }
}

function judge(path: string, directory: string, stats: Stats): Found {
  if (stats.isFile() && writableByOthers(stats)) {
    return { kind: "forbidden", path, reason: "Refused: others may write this file" };
  }
  const folder = statSync(directory, { throwIfNoEntry: false });
  if (folder !== undefined && writableByOthers(folder)) {
    return { kind: "forbidden", path, reason: "Refused: others may write its directory" };
  }
  return { kind: "program", path };
}

function writableByOthers(stats: Stats): boolean {
  return (stats.mode & 0o002) !== 0;
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function isRunnable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
