// `YAGURA_API__LISTEN=127.0.0.1:6777`: configuration from variables.
import { guarded, nest, type OverlayLayer } from "./overlays.ts";
import { below, type JsonSchema, knownKeys, rootSpot, type Spot, takesOnlyText } from "./schema-tree.ts";
import { type Place, placeOutside, type Tree } from "./tree.ts";
import { type Layer, readYaml } from "./yaml-layer.ts";

const prefix = "YAGURA_";

export interface EnvironmentRequest {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly schema: JsonSchema;
  /** Relative paths are taken from here. */
  readonly directory: string;
}

/**
 * One layer for each variable that is set, not empty, and begins with `YAGURA_` and the name of a section; in the
 * order of their names, so that a whole section comes before its parts.
 */
export function environmentLayers({ environment, schema, directory }: EnvironmentRequest): OverlayLayer[] {
  const root = rootSpot(schema);
  const sections = new Set(knownKeys(root));
  return Object.entries(environment)
    .filter(([name, text]) => name.startsWith(prefix) && text !== undefined && text !== "")
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, text]) => {
      const { path, spot } = pathOf(name.slice(prefix.length), root);
      if (text === undefined || !sections.has(path[0] ?? "")) return [];
      const place = placeOutside(name, directory);
      const { tree, problems } = readVariable(text, spot, place);
      if (tree === undefined) return [{ tree, problems: problems.map((one) => ({ ...one, path })) }];
      return [guarded(nest(path, tree), place)];
    });
}

/** A part that is a known key in any case of letters is that key; any other is taken in lower case. */
function pathOf(name: string, root: Spot): { path: string[]; spot: Spot } {
  const path: string[] = [];
  let spot = root;
  for (const part of name.split("__")) {
    const key =
      knownKeys(spot).find((known) => known.toUpperCase() === part.toUpperCase()) ?? part.toLowerCase();
    path.push(key);
    spot = below(spot, key);
  }
  return { path, spot };
}

/** Where only text may stand, just a pair of quotes is taken away: `*`, `#` or digits are no YAML there. */
function readVariable(text: string, spot: Spot, place: Place): Layer {
  const layer = readYaml(text, () => place);
  if (!takesOnlyText(spot)) return layer;
  const quoted = /^\s*["']/.test(text) && layer.tree?.kind === "leaf" && typeof layer.tree.value === "string";
  const tree: Tree = { kind: "leaf", value: text, place };
  return quoted ? layer : { tree, problems: [] };
}
