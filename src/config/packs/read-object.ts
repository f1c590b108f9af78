// A body checked by the schema of the stage that it belongs to.
import * as z from "zod";
import { expand } from "../expand.ts";
import { explain } from "../explain.ts";
import type { Problem } from "../problem.ts";
import { type JsonSchema, rootSpot, type Spot } from "../schema-tree.ts";
import { type Mapping, plain } from "../tree.ts";
import { type Aliases, renameAliases } from "./rename-aliases.ts";
import type { Written } from "./written.ts";

export interface ReadOptions {
  /** Older name → current name. */
  readonly aliases?: Aliases;
  /**
   * Given, `${env:…}`, `${file:…}` and relative paths are filled in where the schema says `secret()` or `path()`.
   * Otherwise texts stay as they are.
   */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

export type ObjectReading<Value> =
  | {
      readonly value: Value;
      /** The body with current key names. */
      readonly tree: Mapping;
      /** What costs nothing: a key that is given twice, under an older name too. */
      readonly warnings: readonly Problem[];
    }
  | { readonly problems: readonly Problem[] };

/** Never throws. Problems are worded as those of the main configuration; the path begins with the object's kind. */
export function readObject<Schema extends z.ZodType>(
  written: Written,
  schema: Schema,
  { aliases = {}, environment }: ReadOptions = {},
): ObjectReading<z.output<Schema>> {
  const { body: tree, problems: warnings } = renameAliases(written, aliases);
  const filled = environment === undefined ? undefined : expand(tree, spotOf(schema), environment);
  const parsed = schema.safeParse(plain(filled?.tree ?? tree));
  const unfilled = filled?.problems ?? [];
  if (parsed.success && unfilled.length === 0) return { value: parsed.data, tree, warnings };
  const subject = { tree, spot: spotOf(schema), secrets: filled?.secrets ?? [] };
  const found = parsed.success ? [] : explain(parsed.error.issues, subject);
  return { problems: [...unfilled, ...found].map((one) => placed(one, written)).concat(warnings) };
}

function placed(problem: Problem, { label, path }: Written): Problem {
  return { ...problem, path: [...path, ...problem.path], about: label || undefined };
}

const spots = new WeakMap<z.ZodType, Spot>();

/** Made once for each schema: packs bring hundreds of objects of one kind. */
function spotOf(schema: z.ZodType): Spot {
  const known = spots.get(schema);
  if (known !== undefined) return known;
  const spot = rootSpot(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as JsonSchema);
  spots.set(schema, spot);
  return spot;
}
