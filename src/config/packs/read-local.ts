// The local configuration: directories of object files, and a whole configuration directory of opsbro.
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { foundWords } from "../expected.ts";
import type { Problem } from "../problem.ts";
import type { Entry, Mapping } from "../tree.ts";
import { agentParameterNames } from "./agent-parameters.ts";
import { type FoundFile, listFiles } from "./list-files.ts";
import { type ModuleName, moduleNameOf, nearestWord } from "./object-kind.ts";
import { objectList } from "./object-list.ts";
import { isObjectFile, readDocuments } from "./read-documents.ts";
import { type Reading, warningAt } from "./reading.ts";
import type { ModuleDefinition, ObjectDefinition } from "./written.ts";

export interface LocalRequest {
  /** Directories of object files. */
  readonly objects: readonly string[];
  /** A configuration directory of opsbro. */
  readonly opsbro?: string | undefined;
}

export interface LocalConfiguration {
  readonly objects: readonly ObjectDefinition[];
  readonly modules: ReadonlyMap<ModuleName, ModuleDefinition>;
  /** Entries of the main file by their keys. */
  readonly parameters: ReadonlyMap<string, Entry>;
  readonly globals: ReadonlyMap<string, Entry>;
  readonly mainFile: string | undefined;
}

interface Collecting {
  readonly reading: Reading;
  readonly list: ReturnType<typeof objectList>;
  readonly modules: Map<ModuleName, ModuleDefinition>;
  readonly parameters: Map<string, Entry>;
  readonly globals: Map<string, Entry>;
}

/** The main file comes first, so that it wins where something is given twice; then files by name. */
export function readLocal({ objects, opsbro }: LocalRequest, reading: Reading): LocalConfiguration {
  const collecting: Collecting = {
    reading,
    list: objectList(reading.problems),
    modules: new Map(),
    parameters: new Map(),
    globals: new Map(),
  };
  const mainFile = opsbro === undefined ? undefined : mainFileOf(opsbro);
  if (mainFile !== undefined) takeFile(collecting, { path: mainFile, name: basename(mainFile) }, true);
  for (const directory of [...(opsbro === undefined ? [] : [opsbro]), ...objects]) {
    for (const file of filesOf(directory, reading)) {
      if (file.path !== mainFile) takeFile(collecting, file, false);
    }
  }
  const { list, modules, parameters, globals } = collecting;
  return { objects: [...list.objects.values()], modules, parameters, globals, mainFile };
}

/** Named `agent` in opsbro's last generation, `local` before (contract 1.1). */
function mainFileOf(directory: string): string | undefined {
  const names = ["agent", "local"].flatMap((stem) => [`${stem}.yml`, `${stem}.yaml`, `${stem}.json`]);
  return names.map((name) => join(directory, name)).find(existsSync);
}

function filesOf(directory: string, reading: Reading): readonly FoundFile[] {
  const accept = (name: string) => isObjectFile(name) && name !== "tutorial-data.json";
  const skip = (path: string, name: string) => name === "templates" || isPack(path, reading);
  return listFiles({ directory, accept, skip }, reading);
}

function isPack(path: string, { problems }: Reading): boolean {
  const found = ["package.yml", "package.yaml"].some((name) => existsSync(join(path, name)));
  const text =
    "a pack stands among the local files and is not read; packs belong in local-configuration/packs";
  if (found) problems.push(warningAt(path, text));
  return found;
}

function takeFile(collecting: Collecting, file: FoundFile, isMain: boolean): void {
  const documents = readDocuments(file.path, collecting.reading);
  const source = { file: file.path, name: file.name, pack: undefined };
  collecting.list.takeFile(documents, source, {
    key: (key, entry) => takeOther(collecting, { key, entry, file: file.path, isMain }),
  });
}

interface Other {
  readonly key: string;
  readonly entry: Entry;
  readonly file: string;
  readonly isMain: boolean;
}

function takeOther(collecting: Collecting, other: Other): void {
  const { problems } = collecting.reading;
  const module = moduleNameOf(other.key);
  if (module !== undefined) takeModule(collecting, module, other);
  else if (!other.isMain) problems.push(misplaced(other));
  else if (agentParameterNames.includes(other.key)) keepFirst(collecting.parameters, other, problems);
  else {
    keepFirst(collecting.globals, other, problems);
    tellOfSlip(other, problems);
  }
}

function takeModule({ modules, reading: { problems } }: Collecting, kind: ModuleName, other: Other): void {
  const { key, entry, file } = other;
  const { tree: body, keyPlace } = entry;
  const first = modules.get(kind);
  if (body.kind !== "mapping") {
    const text = `expected a mapping, found ${foundWords(body)}`;
    problems.push({ place: body.place, path: [key], text });
  } else if (first === undefined) {
    modules.set(kind, { kind, file, body, path: [key], label: kind });
  } else {
    problems.push({
      place: keyPlace,
      path: [key],
      text: `it stands already in ${first.file}, which is used`,
    });
  }
}

function misplaced({ key, entry }: Other): Problem {
  const text = agentParameterNames.includes(key)
    ? "a parameter of the agent, which belongs in the main file; it is not used here"
    : `no kind of object and no module${nearestWord(key)}`;
  return { place: entry.keyPlace, path: [key], text };
}

/** A mistyped kind in the main file would pass as a global variable. */
function tellOfSlip({ key, entry }: Other, problems: Problem[]): void {
  const hint = nearestWord(key, agentParameterNames);
  if (hint === "") return;
  const text = `unknown, so it is kept as a global variable${hint}`;
  problems.push({ place: entry.keyPlace, path: [key], text, severity: "warning" });
}

function keepFirst(entries: Map<string, Entry>, { key, entry }: Other, problems: Problem[]): void {
  if (!entries.has(key)) entries.set(key, entry);
  else
    problems.push({
      place: entry.keyPlace,
      path: [key],
      text: "given in an earlier document, which is used",
    });
}

/** Entries as one mapping, for a schema. */
export function mappingOf(entries: ReadonlyMap<string, Entry>): Mapping {
  const place = [...entries.values()][0]?.keyPlace ?? { source: "", line: 0, column: 0, directory: "" };
  return { kind: "mapping", entries, place };
}
