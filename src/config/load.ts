// From files, variables and flags to checked values, or to one report of everything that is wrong.
import { AgentError } from "../kernel/errors.ts";
import { readConfigFiles } from "./config-files.ts";
import { dottedPath } from "./dotted-path.ts";
import { environmentLayers } from "./environment.ts";
import { expand } from "./expand.ts";
import { explain } from "./explain.ts";
import { composeSections, configJsonSchema, type Section } from "./json-schema.ts";
import { merge } from "./merge.ts";
import { type Overlay, overlayLayer } from "./overlays.ts";
import { type Problem, report } from "./problem.ts";
import { rootSpot } from "./schema-tree.ts";
import { leaves, type Place, placeOutside, placeText, plain, type Tree } from "./tree.ts";

export interface LoadRequest {
  readonly sections: readonly Section[];
  /** The main file; it must exist. */
  readonly file?: string | undefined;
  /** Read when it exists and no `file` is given. */
  readonly defaultFile?: string | undefined;
  /** For `YAGURA_*` and for `${env:NAME}`. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What holds where neither a file nor anything else says otherwise. */
  readonly defaults?: readonly Overlay[];
  /** Later ones win; they win over files and over `YAGURA_*`. */
  readonly overlays: readonly Overlay[];
  /** Relative paths of flags and variables are taken from here; the current directory unless given. */
  readonly directory?: string | undefined;
}

export interface LoadedConfig {
  /** Section key → what its schema made of it, defaults filled in. */
  readonly value: Readonly<Record<string, unknown>>;
  /** The merged input as it was written, secrets among it: show it with `showConfig` only. */
  readonly given: unknown;
  /** `api.allow[0]` → `/etc/yagura/yagura.yaml:3:5`, `--port` or `YAGURA_API__PORT`, for everything that was given. */
  readonly origins: ReadonlyMap<string, string>;
  /** Absolute names, in the order in which they were read. */
  readonly files: readonly string[];
}

/** Throws `config.unreadable` for a file that cannot be read, `config.invalid` with a report of all problems. */
export function loadConfig(request: LoadRequest): LoadedConfig {
  const { sections, environment } = request;
  const schema = configJsonSchema(sections);
  const { tree, problems, files, complete } = gather(request, schema);
  const spot = rootSpot(schema);
  const expansion = expand(tree, spot, environment);
  const parsed = composeSections(sections).safeParse(plain(expansion.tree));
  const found = parsed.success
    ? []
    : explain(parsed.error.issues, { tree, spot, secrets: expansion.secrets });
  const known = [...problems, ...expansion.problems];
  const all = [...known, ...newsAmong(found, { known, complete })];
  if (all.length > 0 || !parsed.success)
    throw new AgentError("config.invalid", { report: report(all, files) });
  return { value: parsed.data, given: plain(tree), origins: originsOf(tree), files };
}

function gather(request: LoadRequest, schema: ReturnType<typeof configJsonSchema>) {
  const { file, defaultFile, environment, defaults = [], overlays, directory = process.cwd() } = request;
  const read = readConfigFiles({ file, defaultFile, directory });
  const outside = [
    ...environmentLayers({ environment, schema, directory }),
    ...overlays.map((overlay) => overlayLayer(overlay, directory)),
  ];
  const beneath = defaults.map((overlay) => overlayLayer(overlay, directory));
  const trees = [
    ...beneath.flatMap(({ tree }) => tree ?? []),
    ...read.trees,
    ...outside.flatMap(({ tree }) => tree ?? []),
  ];
  const nothing: Tree = { kind: "mapping", entries: new Map(), place: rootPlace(read.files, directory) };
  const tree = trees.reduce(merge, nothing);
  return { ...read, tree, problems: [...read.problems, ...outside.flatMap(({ problems }) => problems)] };
}

/** Where something is missing that no section was opened for. */
function rootPlace([main]: readonly string[], directory: string): Place {
  if (main === undefined) return placeOutside("configuration", directory);
  return { source: main, line: 1, column: 1, directory };
}

/** What follows from a problem that is already told is not told again. */
function newsAmong(
  found: readonly Problem[],
  { known, complete }: { known: readonly Problem[]; complete: boolean },
) {
  const told = new Set(known.map(spotText));
  return found.filter((one) => (complete || one.missing !== true) && !told.has(spotText(one)));
}

function spotText({ place, path }: Problem): string {
  return `${placeText(place)} ${dottedPath(path)}`;
}

function originsOf(tree: Tree): ReadonlyMap<string, string> {
  const given = [...leaves(tree)].filter(([path]) => path.length > 0);
  return new Map(given.map(([path, leaf]) => [dottedPath(path), placeText(leaf.place)]));
}
