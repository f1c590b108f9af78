// Which file a name stands for: the first one of that name in the search paths.
import { accessSync, constants, lstatSync, readdirSync, type Stats, statSync } from "node:fs";
import { posix } from "node:path";
import { ProgramTrust } from "./program-trust.ts";

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
  readonly #trust = new ProgramTrust();

  /** `pathOfMissing` gives the path that an answer names when there is no such program. */
  constructor(directories: readonly string[], pathOfMissing: (name: string) => string) {
    this.#directories = directories;
    this.#pathOfMissing = pathOfMissing;
  }

  /**
   * The first entry of that name, whatever it is (contract happo §4). A program that others may change is forbidden:
   * who can write it would run code as the agent.
   */
  find(name: string): Found {
    if (!isBaseName(name)) return this.#missing(name);
    for (const directory of this.#directories) {
      const path = posix.join(directory, name);
      const found = this.findPath(path);
      if (found.kind !== "missing") return found;
    }
    return this.#missing(name);
  }

  /** A program by its whole path, judged like others. */
  findPath(path: string): Found {
    const entry = lstatSync(path, { throwIfNoEntry: false });
    if (entry === undefined || !leadsSomewhere(path, entry)) return { kind: "missing", path };
    const reason = this.#trust.distrust(path, entry);
    return reason === undefined
      ? { kind: "program", path }
      : { kind: "forbidden", path, reason: `Refused: ${reason}` };
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

function leadsSomewhere(path: string, entry: Stats): boolean {
  return !entry.isSymbolicLink() || statSync(path, { throwIfNoEntry: false }) !== undefined;
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
