// All sections as one schema: the one that parses, and the JSON Schema that editors and this folder read.
import * as z from "zod";
import type { JsonSchema } from "./schema-tree.ts";

/** One top-level key of the configuration, such as `api`. */
export interface Section {
  readonly key: string;
  readonly schema: z.ZodType;
}

/** JSON Schema (draft 2020-12) of what may be written. Marks such as `secret` and `path` stand in it as keywords. */
export function configJsonSchema(sections: readonly Section[]): JsonSchema {
  const { $schema, ...rest } = z.toJSONSchema(composeSections(sections), {
    io: "input",
    unrepresentable: "any",
  });
  return { $schema, title: "The configuration of Yagura", ...rest } as JsonSchema;
}

/** A section that was not written has its defaults, also where its own schema does not say so. */
export function composeSections(sections: readonly Section[]) {
  return z.strictObject(
    Object.fromEntries(sections.map(({ key, schema }) => [key, mayBeMissing(schema)])),
  ) as z.ZodType<Record<string, unknown>>;
}

function mayBeMissing(schema: z.ZodType): z.ZodType {
  if (schema.safeParse(undefined).success || !schema.safeParse({}).success) return schema;
  return schema.prefault({});
}
