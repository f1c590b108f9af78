// Handlers in the older system's forms: objects of packs and local files, and the settings `mail` and `slack`.
import {
  nearestKey,
  type ObjectDefinition,
  type Problem,
  problemLine,
  readObject,
  type Written,
} from "../../config/index.ts";
import { toldTypes } from "../addressing.ts";
import { commonKeys } from "../config.ts";
import type { HandlerKind } from "../handler.ts";
import { kinds } from "../kinds/index.ts";
import { type CommonSettings, type HandlerPlan, planOf } from "./handler-plan.ts";

export interface ObjectPlansNeeds {
  /** Objects of the kind `handler`. */
  readonly definitions: readonly ObjectDefinition[];
  /** Settings of a module: its local object over the parameters of its pack (contract opsbro §1.4). */
  readonly settingsOf: (name: string) => Written | undefined;
  readonly templatePath: (definition: ObjectDefinition, file: string) => string | undefined;
  /** A definition that cannot be used, or looks like a slip; one line with its place. */
  readonly onProblem: (line: string) => void;
  readonly queueAgeMs: number;
}

/** Modules that are handlers by themselves. */
const modules = ["mail", "slack"] as const;

/** What is wrong with one costs that one. */
export function plansOfObjects(needs: ObjectPlansNeeds): HandlerPlan[] {
  const ofObjects = needs.definitions.map((definition) => {
    const kind = kindOf(definition, needs);
    return kind === undefined ? undefined : read(definition, kind, needs);
  });
  const ofModules = modules.map((name) => planOfModule(name, needs));
  return [...ofObjects, ...ofModules].filter((plan) => plan !== undefined);
}

function kindOf(definition: ObjectDefinition, { onProblem }: ObjectPlansNeeds): HandlerKind | undefined {
  const type = typeOf(definition);
  const kind = kinds.find(({ name }) => name === (type === "email" ? "mail" : type));
  const tell = (text: string) =>
    onProblem(`${definition.placeOf(["type"])}: ${definition.label}: type: ${text}`);
  if (kind === undefined) {
    const found = type === undefined ? "nothing" : JSON.stringify(type);
    tell(`expected one of ${[...kinds.map(({ name }) => name), "email"].join(", ")}, found ${found}`);
    return undefined;
  }
  if (kind.localOnly !== true || definition.pack === undefined) return kind;
  tell(`a pack cannot bring a handler of the type ${kind.name}: it must stand in a local file`);
  return undefined;
}

function typeOf({ body }: ObjectDefinition): string | undefined {
  const tree = body.entries.get("type")?.tree;
  return tree?.kind === "leaf" && typeof tree.value === "string" ? tree.value : undefined;
}

/** Switched on by `enabled` or by a group; otherwise nobody is told, whatever stands there. */
function planOfModule(name: (typeof modules)[number], needs: ObjectPlansNeeds): HandlerPlan | undefined {
  const written = needs.settingsOf(name);
  const kind = kinds.find((one) => one.name === name);
  if (written === undefined || kind === undefined) return undefined;
  const { entries, place } = written.body;
  const enabled = entries.get("enabled")?.tree;
  const isOn = enabled?.kind === "leaf" ? enabled.value !== false : entries.has("enabled_if_group");
  if (!isOn) return undefined;
  const type = { keyPlace: place, tree: { kind: "leaf", value: name, place } } as const;
  const definition: ObjectDefinition = {
    ...written,
    body: { ...written.body, entries: new Map([...entries, ["type", type]]) },
    ...{ kind: "handler", id: name, name, pack: undefined, file: place.source },
    placeOf: () => (place.line === 0 ? place.source : `${place.source}:${place.line}:${place.column}`),
  };
  return read(definition, kind, needs);
}

/** Older files hold keys that nothing here knows: they cost nothing but a word. */
function read(
  definition: ObjectDefinition,
  kind: HandlerKind,
  { onProblem, templatePath, queueAgeMs }: ObjectPlansNeeds,
): HandlerPlan | undefined {
  const schema = schemaOf(kind);
  const reading = readObject(definition, schema, { aliases: kind.aliases ?? {} });
  const problems: readonly Problem[] = "problems" in reading ? reading.problems : reading.warnings;
  for (const problem of problems) onProblem(problemLine(problem));
  if ("problems" in reading) return undefined;
  tellUnknownKeys(definition, { kind, keys: Object.keys(schema.shape), onProblem });
  return planOf(reading.value as unknown as CommonSettings, {
    ...{ kind, name: definition.name, queueAgeMs },
    place: definition.placeOf([]),
    findTemplate: (file) => templatePath(definition, file),
  });
}

function schemaOf(kind: HandlerKind) {
  return kind.config.extend(commonKeys(toldTypes)).loose();
}

/** What every object of the older system may hold. */
const always = ["id", "name", "type", "display_name", "notes"];

function tellUnknownKeys(
  definition: ObjectDefinition,
  {
    kind,
    keys,
    onProblem,
  }: { kind: HandlerKind; keys: readonly string[]; onProblem: (line: string) => void },
): void {
  const known = [...keys, ...Object.keys(kind.aliases ?? {}), ...always];
  for (const key of definition.body.entries.keys()) {
    if (known.includes(key)) continue;
    const nearest = nearestKey(key, known);
    const hint = nearest === undefined ? "" : `; did you mean ${JSON.stringify(nearest)}?`;
    onProblem(
      `${definition.placeOf([key])}: ${definition.label}: ${key}: nothing here knows this key${hint}`,
    );
  }
}
