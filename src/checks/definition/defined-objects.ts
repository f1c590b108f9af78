// Checks and services that callers define over HTTP: a JSON file each, read like all other object files.
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { loadPacks, type PackSet, problemLine } from "../../config/index.ts";
import { AgentError, reasonOf } from "../../kernel/errors.ts";
import { replaceFile } from "../../kernel/replace-file.ts";

export type DefinedKind = "check" | "service";

export class DefinedObjects {
  readonly #directory: string;

  /** `directory` is made with the first object. */
  constructor(directory: string) {
    this.#directory = directory;
  }

  /** What is defined at present. */
  read(): PackSet {
    return loadPacks({ core: "", levels: "", objects: [this.#directory] });
  }

  /** Throws `body.invalid` for a name that cannot be a file's, and for a body that cannot be read back. */
  async write(kind: DefinedKind, name: string, body: object): Promise<void> {
    const path = this.#pathOf(kind, name);
    try {
      await mkdir(this.#directory, { recursive: true, mode: 0o700 });
      await replaceFile(path, `${JSON.stringify({ [kind]: { ...body, id: name } }, null, 2)}\n`, 0o600);
    } catch (cause) {
      throw new AgentError("file.unwritable", { path, reason: reasonOf(cause), cause });
    }
    const wrong = this.read().problems.filter((problem) => problem.place.source === path);
    if (wrong.length === 0) return;
    await rm(path, { force: true });
    throw new AgentError("body.invalid", { reason: wrong.map(problemLine).join("; ") });
  }

  /** False when it was not defined here. */
  async remove(kind: DefinedKind, name: string): Promise<boolean> {
    const isThere = this.read()
      .objects(kind)
      .some((one) => one.name === name);
    if (isThere) await rm(this.#pathOf(kind, name), { force: true });
    return isThere;
  }

  #pathOf(kind: DefinedKind, name: string): string {
    if (!/^[\w.:@-]{1,100}$/.test(name) || name.startsWith("."))
      throw new AgentError("body.invalid", {
        reason: "name: expected letters, digits, `_`, `.`, `:`, `@` and `-`, 100 at most",
      });
    return join(this.#directory, `${kind}-${name}.json`);
  }
}
