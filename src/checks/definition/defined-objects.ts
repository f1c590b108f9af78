// Files of the checks and services that callers define over HTTP: one of JSON each, read like all other object files.
import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { loadPacks, type PackSet } from "../../config/index.ts";
import { scanJson } from "../../formats/json-scan.ts";
import { AgentError, reasonOf } from "../../kernel/errors.ts";
import { replaceFile, syncDirectory } from "../../kernel/replace-file.ts";

/** Of one object: the reader of object files compares each key of a mapping with all others. */
const [limitBytes, valuesLimit] = [64 * 1024, 1000] as const;

export type DefinedKind = "check" | "service";

/** A definition that is not in force yet: it can be read as if it were. */
export interface Candidate {
  readonly packs: PackSet;
  /** Of a text about the candidate: the path that its file will have. */
  readonly placed: (text: string) => string;
  /** Writes it for good, in place of the one before. */
  readonly accept: () => Promise<void>;
}

export class DefinedObjects {
  readonly #directory: string;

  /** `directory` is made with the first object; one beside it holds what is not in force yet. */
  constructor(directory: string) {
    this.#directory = directory;
  }

  /** What is in force. */
  read(): PackSet {
    return packsIn(this.#directory);
  }

  /** Hands out the new definition while the old one stays; throws `body.invalid` for a name that cannot be a file's. */
  async try<Result>(
    { kind, name, body }: { kind: DefinedKind; name: string; body: object },
    use: (candidate: Candidate) => Promise<Result>,
  ): Promise<Result> {
    const path = this.#pathOf(kind, name);
    const text = `${JSON.stringify({ [kind]: { ...body, id: name } }, null, 2)}\n`;
    refuseLarge(text);
    const trying = `${this.#directory}.new`;
    const tryingPath = join(trying, `${kind}-${name}.json`);
    try {
      await written(tryingPath, async () => {
        await rm(trying, { recursive: true, force: true });
        await mkdir(trying, { recursive: true, mode: 0o700 });
        await writeFile(tryingPath, text, { mode: 0o600 });
      });
      return await use({
        packs: packsIn(trying),
        placed: (line) => line.replaceAll(tryingPath, path),
        accept: () =>
          written(path, async () => {
            await mkdir(this.#directory, { recursive: true, mode: 0o700 });
            await replaceFile(path, text, 0o600);
          }),
      });
    } finally {
      await rm(trying, { recursive: true, force: true }).catch(() => {});
    }
  }

  async remove(kind: DefinedKind, name: string): Promise<void> {
    const path = this.#pathOf(kind, name);
    await written(path, async () => {
      await rm(path, { force: true });
      await syncDirectory(this.#directory);
    });
  }

  #pathOf(kind: DefinedKind, name: string): string {
    if (!/^[\w.:@-]{1,100}$/.test(name) || name.startsWith(".") || name === "__proto__")
      throw new AgentError("body.invalid", {
        reason: "name: expected letters, digits, `_`, `.`, `:`, `@` and `-`, 100 at most",
      });
    return join(this.#directory, `${kind}-${name}.json`);
  }
}

function refuseLarge(text: string): void {
  const bytes = Buffer.from(text);
  if (bytes.length <= limitBytes && scanJson(bytes).marks <= valuesLimit) return;
  const reason = `an object of more than ${limitBytes} bytes or ${valuesLimit} values`;
  throw new AgentError("body.invalid", { reason });
}

/** There are no packs here; only what is wrong with the objects counts. */
function packsIn(directory: string): PackSet {
  const packs = loadPacks({ core: "", levels: "", objects: existsSync(directory) ? [directory] : [] });
  const problems = packs.problems.filter(({ place }) => place.source.startsWith(`${directory}/`));
  return { ...packs, problems };
}

async function written(path: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (cause) {
    throw new AgentError("file.unwritable", { path, reason: reasonOf(cause), cause });
  }
}
