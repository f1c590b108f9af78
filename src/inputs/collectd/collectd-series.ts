// What the values of an identifier are called here: PLUGIN.TYPE or PLUGIN.TYPE.SOURCE, the instances as tags.
import type { Identifier, ValueList } from "../../formats/collectd-packet/value-list.ts";
import type { CollectdTypes, DataSource } from "../../formats/collectd-types/parse-types-db.ts";
import type { Log } from "../../kernel/log.ts";
import { noTags, type Tags } from "../../metric/metric.ts";

/** Bounds of a rate. */
export type Bounds = Pick<DataSource, "min" | "max">;

export interface CollectdSeries {
  readonly host: string;
  readonly tags: Tags;
  /** One for each value. */
  readonly names: readonly string[];
  /** Those that types.db has; none for a type that it has not. */
  readonly bounds: readonly Bounds[];
}

/** Types of which it was told that their names are made up. */
const toldAtMost = 1000;

/** Makes the series of an identifier. Names of unknown types are made up, which is logged once for each. */
export function createNaming(types: CollectdTypes, log: Log): (list: ValueList) => CollectdSeries {
  const told = new Set<string>();
  return (list) => {
    const { plugin, type, values } = list;
    const sources = types.get(type);
    const isKnown = sources?.length === values.length;
    if (!isKnown && !told.has(type) && told.size < toldAtMost) {
      told.add(type);
      const known = sources?.length ?? 0;
      log.warning("types.db does not have this type so: its values get made-up names", {
        type: clean(type),
        values: values.length,
        known,
      });
    }
    const bounds = isKnown ? sources : [];
    const stem = `${plugin}.${type}`;
    const names = (isKnown ? sources.map(({ name }) => name) : inventedNames(values.length)).map((name) =>
      clean(name === "value" ? stem : `${stem}.${name}`),
    );
    return { host: clean(list.host), tags: tagsOf(list), names, bounds };
  };
}

function inventedNames(count: number): string[] {
  return count === 1 ? ["value"] : Array.from({ length: count }, (_, place) => String(place));
}

function tagsOf({ pluginInstance, typeInstance }: ValueList): Tags {
  if (pluginInstance === "" && typeInstance === "") return noTags;
  const tags: Record<string, string> = {};
  if (pluginInstance !== "") tags["plugin_instance"] = clean(pluginInstance);
  if (typeInstance !== "") tags["type_instance"] = clean(typeInstance);
  return tags;
}

/** `PLUGIN-INSTANCE/TYPE-INSTANCE`, as collectd writes it, of what is not empty. */
export function titleOf({ plugin, pluginInstance, type, typeInstance }: Identifier): string {
  const half = (...texts: string[]) => texts.filter((text) => text !== "").join("-");
  const halves = [half(plugin, pluginInstance), half(type, typeInstance)].filter((text) => text !== "");
  return clean(halves.join("/")) || "notification";
}

/** Without what no name may have. */
export function clean(text: string): string {
  return text.replace(/\p{Cc}/gu, "_");
}
