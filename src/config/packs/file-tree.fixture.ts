// Directories of object files for the tests of this folder.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { directoryOfTest } from "../../../test/support/temporary.ts";
import { problemLine } from "../problem.ts";
import { loadPacks, type PacksRequest } from "./load-packs.ts";

export type Files = Readonly<Record<string, string | Buffer>>;

export function writeFiles(directory: string, files: Files): string {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), text);
  }
  return directory;
}

/**
 * Loads `core/`, `data/<level>-configuration/packs/`, `local/` and, where one of its files is given, `etc/` of opsbro.
 * Problems come back as lines with names relative to the directory.
 */
export function load(files: Files, more: Partial<PacksRequest> = {}) {
  const root = writeFiles(directoryOfTest(), files);
  for (const name of ["core", "local"]) mkdirSync(join(root, name), { recursive: true });
  const hasOpsbro = Object.keys(files).some((name) => name.startsWith("etc/"));
  const set = loadPacks({
    core: join(root, "core"),
    levels: join(root, "data"),
    objects: [join(root, "local")],
    ...(hasOpsbro ? { opsbro: join(root, "etc") } : {}),
    ...more,
  });
  const told = set.problems.map(
    (one) => `${one.severity ?? "error"} ${problemLine(one).replaceAll(`${root}/`, "")}`,
  );
  return { ...set, root, told, below: (path: string) => relative(root, path) };
}
