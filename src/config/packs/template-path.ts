// Where the template lies that a handler or a generator names (contract 6.2, 10.1).
import { realpathSync, statSync } from "node:fs";
import { dirname, isAbsolute, join, sep } from "node:path";
import { child } from "../tree.ts";
import type { Pack } from "./pack.ts";
import type { ObjectDefinition } from "./written.ts";

export interface TemplatePlaces {
  /** Directories of the local configuration. */
  readonly local: readonly string[];
  readonly winning: readonly Pack[];
}

interface Candidate {
  readonly directory: string;
  /** Links may lead anywhere in local files, but not out of a pack, which may come from another host. */
  readonly inside: string | undefined;
}

/**
 * The first regular file of: `templates/` of the local configuration; `templates/` beside the object's file; beside
 * the file itself; `templates/` of its pack; `templates/` of the pack named as the handler's `type`.
 */
export function templatePath(
  { local, winning }: TemplatePlaces,
  definition: ObjectDefinition,
  file: string,
): string | undefined {
  if (!isSafe(file)) return undefined;
  const { pack } = definition;
  const beside = dirname(definition.file);
  const typed = winning.find(({ name }) => name === typeOf(definition));
  const places: (Candidate | undefined)[] = [
    ...local.map((directory) => ({ directory: join(directory, "templates"), inside: undefined })),
    { directory: join(beside, "templates"), inside: pack?.directory },
    { directory: beside, inside: pack?.directory },
    pack && { directory: join(pack.directory, "templates"), inside: pack.directory },
    typed && { directory: join(typed.directory, "templates"), inside: typed.directory },
  ];
  const known = places.filter((place) => place !== undefined);
  const found = known.find(({ directory, inside }) => isUsable(join(directory, file), inside));
  return found && join(found.directory, file);
}

function isSafe(file: string): boolean {
  const parts = file.split(/[\\/]/);
  return file !== "" && !isAbsolute(file) && !file.includes("\0") && !parts.includes("..");
}

/** `email` is the word of opsbro's README for `mail`. */
function typeOf({ body }: ObjectDefinition): string | undefined {
  const type = child(body, "type");
  if (type?.kind !== "leaf" || typeof type.value !== "string") return undefined;
  return type.value === "email" ? "mail" : type.value;
}

function isUsable(path: string, inside: string | undefined): boolean {
  try {
    if (!statSync(path).isFile()) return false;
    return inside === undefined || realpathSync(path).startsWith(`${realpathSync(inside)}${sep}`);
  } catch {
    // Not there, or not for us: the next place may have it.
    return false;
  }
}
