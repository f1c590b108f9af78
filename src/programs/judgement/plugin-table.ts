// What is known of each plugin by its name: `plugins.json`, read by its schema.
import * as z from "zod";
import table from "./plugins.json" with { type: "json" };

/** Spellings of an option, the short one first → its kind. */
const options = z.record(z.string().regex(/^-\S+(?: --\S+)*$/), z.string().min(1));

const told = z.strictObject({ kind: z.literal("told"), reason: z.string().min(1) });

/** Reads words as another plugin does: Debian's links to one file. */
const like = z.strictObject({ kind: z.literal("like"), plugin: z.string() });

const shared = {
  /** `getopt` is getopt_long of glibc; `separate` takes only whole spellings, each value a word of its own. */
  style: z.enum(["getopt", "separate"]).default("getopt"),
  /** Words that the plugin turns into others before it reads them, wherever they stand. */
  rewritten: z.array(z.string()).default([]),
  options,
  /** Kinds of the words that are no options, in their order. */
  positional: z.array(z.string()).default([]),
};

const harmless = z.strictObject({ kind: z.literal("harmless"), ...shared });

const connects = z.strictObject({
  kind: z.literal("connects"),
  ...shared,
  /** The option that says an address besides a name that stands for it. */
  address: z.string().optional(),
  /** What it connects to when nothing is named: this target, which `option` can name; or only this host's resolver. */
  unnamed: z
    .union([z.literal("resolver"), z.strictObject({ target: z.string(), option: z.string() })])
    .optional(),
});

export const pluginTable = z.strictObject({
  values: z.record(z.string(), z.string()),
  plugins: z.record(z.string(), z.discriminatedUnion("kind", [told, like, harmless, connects])),
});

export type ConnectingPlugin = z.output<typeof connects>;
export type KnownPlugin = z.output<typeof harmless> | ConnectingPlugin;
type PluginEntry = KnownPlugin | z.output<typeof told>;

/** The entry of a name, its likeness followed; undefined for a name that nobody judged. */
export function pluginEntry(name: string): PluginEntry | undefined {
  const entry = entryOf(name);
  const followed = entry?.kind === "like" ? entryOf(entry.plugin) : entry;
  return followed?.kind === "like" ? undefined : followed;
}

function entryOf(name: string): z.output<typeof pluginTable.shape.plugins.valueType> | undefined {
  if (!Object.hasOwn(table.plugins, name)) return undefined;
  const entry: unknown = Reflect.get(table.plugins, name);
  return pluginTable.shape.plugins.valueType.parse(entry);
}

/** The pattern of a kind of value: one of the table's, or one that stands in its place. */
export function valuePattern(kind: string): RegExp {
  const named: unknown = Object.hasOwn(table.values, kind) ? Reflect.get(table.values, kind) : kind;
  return new RegExp(z.string().startsWith("^").parse(named), "u");
}
