// Which packs there are on which level, and which of them win (contract 1.4).
import { type Dirent, existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { systemCode } from "../../kernel/errors.ts";
import { trusted } from "../../kernel/trusted-path.ts";
import { readingReason } from "../read-limited.ts";
import type { Mapping } from "../tree.ts";
import { isDirectory } from "./list-files.ts";
import { type Pack, type PackLevel, packLevels } from "./pack.ts";
import { codeFiles } from "./pack-directories.ts";
import { readPackFacts, readPackName } from "./pack-facts.ts";
import { readDocuments } from "./read-documents.ts";
import { problemAt, type Reading, warningAt } from "./reading.ts";

export interface FindRequest {
  /** The directory of shipped packs: the level `core`. */
  readonly core: string;
  /** The data directory; levels above core stand in it as `<level>-configuration/packs`. */
  readonly levels: string;
  readonly disabled: ReadonlySet<string>;
}

type Found = Omit<Pack, "winning">;

/** All packs, from core to local; of one name the one on the highest level wins as a whole, nothing is merged. */
export function findPacks(request: FindRequest, reading: Reading): readonly Pack[] {
  const found = packLevels.flatMap((level) => packsOfLevel(level, request, reading));
  const highest = new Map(found.map((pack) => [pack.name, pack]));
  return found.map((pack) => ({ ...pack, winning: highest.get(pack.name) === pack }));
}

/** Where packs of a level stand. */
export function levelDirectory(levels: string, level: Exclude<PackLevel, "core">): string {
  return join(levels, `${level}-configuration`, "packs");
}

function packsOfLevel(level: PackLevel, request: FindRequest, reading: Reading): Found[] {
  const directory = level === "core" ? request.core : levelDirectory(request.levels, level);
  const names = new Map<string, Found>();
  for (const entry of entriesOf(directory, level !== "core", reading)) {
    const path = join(directory, entry.name);
    if (entry.name.startsWith(".") || !isDirectory(entry, path)) continue;
    reading.budget.filesLeft -= 1;
    const pack = readPack(path, { level, disabled: request.disabled }, reading);
    const first = pack && names.get(pack.name);
    if (pack === undefined) continue;
    if (first === undefined) names.set(pack.name, pack);
    else reading.problems.push(problemAt(pack.packageFile, twiceText(first)));
  }
  return [...names.values()];
}

function twiceText({ name, level, directory }: Found): string {
  return `the level ${level} has a pack ${JSON.stringify(name)} already, in ${directory}; this one is not read`;
}

function entriesOf(directory: string, mayBeAbsent: boolean, { problems, rules }: Reading): Dirent[] {
  try {
    const reason = trusted(directory, rules);
    if (reason !== undefined) throw new Error(reason);
    return readdirSync(directory, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if (mayBeAbsent && systemCode(error) === "ENOENT") return [];
    problems.push(problemAt(directory, `cannot be read: ${readingReason(error)}`));
    return [];
  }
}

function readPack(
  directory: string,
  { level, disabled }: { level: PackLevel; disabled: ReadonlySet<string> },
  reading: Reading,
): Found | undefined {
  const packageFile = firstFile(directory, "package");
  if (packageFile === undefined) {
    reading.problems.push(warningAt(directory, "there is no package.yml in it, so it is no pack"));
    return undefined;
  }
  const body = readPackage(packageFile, reading);
  const name = body && readPackName(body);
  if (body === undefined || typeof name !== "string") {
    if (typeof name === "object") reading.problems.push(name);
    return undefined;
  }
  const { facts, problems } = readPackFacts(body);
  reading.problems.push(...problems);
  const parametersFile = firstFile(join(directory, "parameters"), "parameters");
  const found = { name, level, directory, packageFile, facts, parametersFile };
  return { ...found, code: codeFiles(directory, reading), disabled: disabled.has(name) };
}

/** Without a name in it the directory is no pack, so a file without content is told. */
function readPackage(file: string, reading: Reading): Mapping | undefined {
  const before = reading.problems.length;
  const [body] = readDocuments(file, reading);
  if (body === undefined && before === reading.problems.length) {
    reading.problems.push(problemAt(file, "it is empty"));
  }
  return body;
}

/** `<stem>.yml`, or the same under the other endings that are read. */
function firstFile(directory: string, stem: string): string | undefined {
  return ["yml", "yaml", "json"].map((ending) => join(directory, `${stem}.${ending}`)).find(existsSync);
}
