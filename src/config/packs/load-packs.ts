// Packs of all levels and the local configuration, in opsbro's form, to one set for the stages.
import { merge } from "../merge.ts";
import { nearestKey } from "../nearest-key.ts";
import type { Problem } from "../problem.ts";
import { type Mapping, plain } from "../tree.ts";
import { readAgentParameters } from "./agent-parameters.ts";
import { findPacks } from "./find-packs.ts";
import { type ObjectKind, objectKinds } from "./object-kind.ts";
import { objectAddress } from "./object-list.ts";
import { type Pack, packAddress } from "./pack.ts";
import { readPackObjects } from "./pack-objects.ts";
import type { PackSet } from "./pack-set.ts";
import { readDocuments } from "./read-documents.ts";
import { type LocalConfiguration, mappingOf, readLocal } from "./read-local.ts";
import { apart, newReading, type Reading, warningAt } from "./reading.ts";
import { templatePath } from "./template-path.ts";
import type { ObjectDefinition, Written } from "./written.ts";

export interface PacksRequest {
  /** The directory of shipped packs: the level `core`. */
  readonly core: string;
  /** The data directory that holds `<level>-configuration/packs`; levels that are not there are empty. */
  readonly levels: string;
  /** Directories of local object files, read with everything below them. */
  readonly objects: readonly string[];
  /** A whole configuration directory of opsbro: its main file and everything below. */
  readonly opsbro?: string | undefined;
  /** Names of packs of which nothing is loaded, on any level. */
  readonly disabled?: readonly string[] | undefined;
}

/** Kinds whose objects are called by their bare name, so that two of one name cannot stand beside each other. */
const namedKinds: ReadonlySet<ObjectKind> = new Set([
  "handler",
  "generator",
  "compliance",
  "installor",
  "dashboard",
  "tutorial",
  "zone",
]);

/** Never throws for what stands in files: a bad file or object is a problem, and everything else is loaded. */
export function loadPacks(request: PacksRequest): PackSet {
  const reading = newReading();
  const disabled = new Set(request.disabled ?? []);
  const packs = findPacks({ ...request, disabled }, reading);
  reading.problems.push(...unknownNames(disabled, packs, request.core));
  const parameters = new Map(packs.map((pack) => [pack.directory, parametersTree(pack, reading)]));
  const inForce = packs.filter((pack) => pack.winning && !pack.disabled);
  const fromPacks = inForce.flatMap((pack) => readPackObjects(pack, reading));
  const local = readLocal(request, reading);
  // Not `local` itself: what is made here outlives the objects.
  const { modules } = local;
  const agent = readAgentParameters(mappingOf(local.parameters));
  const places = {
    local: [...(request.opsbro ? [request.opsbro] : []), ...request.objects],
    winning: inForce,
  };
  return {
    packs,
    levels: request.levels,
    ...byKind(fromPacks, local.objects),
    parametersOf: ({ directory }) => valuesOf(parameters.get(directory)),
    modules: local.modules,
    settingsOf: (name) => settingsOf(name, { inForce, parameters, modules }),
    templatePath: (definition, file) => templatePath(places, definition, file),
    globals: valuesOf(mappingOf(local.globals)),
    agentParameters: agent.parameters,
    mainFile: local.mainFile,
    problems: [...reading.problems, ...agent.problems],
  };
}

function unknownNames(disabled: ReadonlySet<string>, packs: readonly Pack[], core: string): Problem[] {
  const known = packs.map(({ name }) => name);
  const unknown = [...disabled].filter((name) => !known.includes(name));
  return unknown.map((name) => {
    const nearest = nearestKey(name, known);
    const hint = nearest === undefined ? "" : `; did you mean ${JSON.stringify(nearest)}?`;
    return warningAt(
      core,
      `the pack ${JSON.stringify(name)}, which is to be disabled, does not exist${hint}`,
    );
  });
}

/** Faults count only where the values are in force. */
function parametersTree(pack: Pack, reading: Reading): Mapping | undefined {
  if (pack.parametersFile === undefined) return undefined;
  return readDocuments(pack.parametersFile, pack.winning && !pack.disabled ? reading : apart(reading))[0];
}

function valuesOf(tree: Mapping | undefined): Readonly<Record<string, unknown>> {
  return tree === undefined ? {} : (plain(tree) as Record<string, unknown>);
}

/** Local objects win, as local settings do everywhere in opsbro (contract 1.4, 14 row 3). */
function byKind(
  fromPacks: readonly ObjectDefinition[],
  local: readonly ObjectDefinition[],
): Pick<PackSet, "objects" | "release"> {
  const nameOf = ({ kind, name }: ObjectDefinition) => `${kind} ${name}`;
  const ids = new Set(local.map(objectAddress));
  const names = new Set(local.filter(({ kind }) => namedKinds.has(kind)).map(nameOf));
  const shown = fromPacks.filter((one) => !ids.has(objectAddress(one)) && !names.has(nameOf(one)));
  const lists = new Map<ObjectKind, ObjectDefinition[]>(objectKinds.map((kind) => [kind, []]));
  for (const one of [...shown, ...local]) lists.get(one.kind)?.push(one);
  return { objects: (kind) => lists.get(kind) ?? [], release: () => lists.clear() };
}

interface SettingsSource {
  readonly inForce: readonly Pack[];
  readonly parameters: ReadonlyMap<string, Mapping | undefined>;
  readonly modules: LocalConfiguration["modules"];
}

function settingsOf(name: string, { inForce, parameters, modules }: SettingsSource): Written | undefined {
  const own = [...modules.values()].find(({ kind }) => kind === name);
  const pack = inForce.find((one) => one.name === name);
  const lower = pack && parameters.get(pack.directory);
  if (lower === undefined || pack === undefined) return own;
  if (own === undefined) return { label: `parameters of ${packAddress(pack)}`, path: [], body: lower };
  return { ...own, body: merge(lower, own.body) as Mapping };
}
