// Walking the JSON Schema beside a tree: what may stand here, what is it marked with, which keys are known.
import type { Key, Tree } from "./tree.ts";

/** The part of JSON Schema that zod writes, and the marks of src/kernel/schema.ts. */
export interface JsonSchema {
  readonly $schema?: string;
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly title?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: boolean | JsonSchema;
  readonly prefixItems?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: number;
  readonly minLength?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly secret?: boolean;
  readonly local?: boolean;
  readonly path?: boolean;
}

type Mark = "secret" | "local" | "path";

/** One place in the schema: every alternative that may stand there. */
export interface Spot {
  readonly root: JsonSchema;
  readonly variants: readonly JsonSchema[];
  /** What stands there when nothing is written, in the form of the input. */
  readonly default?: unknown;
}

export function rootSpot(root: JsonSchema): Spot {
  return spotOf(root, [root]);
}

/** The spot below; it has no variant when the schema does not know the key. */
export function below({ root, variants }: Spot, key: Key): Spot {
  return spotOf(
    root,
    variants.flatMap((variant) => childSchema(variant, key)),
  );
}

/** Only the variants that the value can belong to; all of them when it fits none. */
export function narrow(spot: Spot, tree: Tree): Spot {
  if (spot.variants.length === 1) return spot;
  const fitting = spot.variants.filter((variant) => fits(variant, tree));
  const exact = fitting.filter((variant) => variant.const !== undefined || variant.enum !== undefined);
  const whole = fitting.filter((variant) => hasRightKeys(variant, tree));
  const best = [exact, whole, fitting].find((variants) => variants.length > 0);
  return best === undefined ? spot : { ...spot, variants: best };
}

export function isMarked({ variants }: Spot, mark: Mark): boolean {
  return variants.some((variant) => variant[mark] === true);
}

/** The names that a mapping may have here; free names (of a record) are not among them. */
export function knownKeys({ variants }: Spot): string[] {
  return [...new Set(variants.flatMap((variant) => Object.keys(variant.properties ?? {})))];
}

/** True when text is the only thing that may stand here. */
export function takesOnlyText({ variants }: Spot): boolean {
  return variants.length > 0 && variants.every(({ type }) => type === "string");
}

function spotOf(root: JsonSchema, schemas: readonly JsonSchema[]): Spot {
  const given = schemas.find((schema) => schema.default !== undefined);
  const variants = schemas.flatMap((schema) => flatten(root, schema));
  return given === undefined ? { root, variants } : { root, variants, default: given.default };
}

/** Alternatives inside alternatives become one list; marks on the outside go to each. */
function flatten(root: JsonSchema, schema: JsonSchema): JsonSchema[] {
  const { $ref, anyOf = [], oneOf = [], allOf = [], ...own } = schema;
  const referred = $ref === undefined ? [] : [resolveReference(root, $ref)];
  const inner = [...anyOf, ...oneOf, ...allOf, ...referred];
  if (inner.length === 0) return [own];
  const { secret, local, path } = own;
  const marks = Object.fromEntries(
    Object.entries({ secret, local, path }).filter(([, marked]) => marked === true),
  );
  return inner.flatMap((one) => flatten(root, one)).map((one) => ({ ...one, ...marks }));
}

function resolveReference(root: JsonSchema, reference: string): JsonSchema {
  const name = /^#\/\$defs\/(.+)$/.exec(reference)?.[1];
  return (name === undefined ? root : root.$defs?.[name]) ?? {};
}

function childSchema(schema: JsonSchema, key: Key): JsonSchema[] {
  if (typeof key === "number") {
    return [schema.prefixItems?.[key] ?? schema.items].filter((item) => typeof item === "object");
  }
  const { properties = {}, additionalProperties } = schema;
  const property = Object.hasOwn(properties, key) ? properties[key] : additionalProperties;
  return typeof property === "object" ? [property] : [];
}

function fits(schema: JsonSchema, tree: Tree): boolean {
  if (tree.kind === "list") return schema.type === undefined || schema.type === "array";
  if (tree.kind === "leaf") return fitsScalar(schema, tree.value);
  if (schema.type !== undefined && schema.type !== "object") return false;
  return [...tree.entries].every(([key, entry]) => {
    const property = childSchema(schema, key)[0];
    return property?.const === undefined || fits(property, entry.tree);
  });
}

function hasRightKeys(
  { required = [], properties = {}, additionalProperties }: JsonSchema,
  tree: Tree,
): boolean {
  if (tree.kind !== "mapping") return true;
  const strict = additionalProperties === false;
  const known = [...tree.entries.keys()].every((key) => !strict || Object.hasOwn(properties, key));
  return known && required.every((key) => tree.entries.has(key));
}

function fitsScalar(schema: JsonSchema, value: unknown): boolean {
  if (schema.const !== undefined) return schema.const === value;
  if (schema.enum !== undefined) return schema.enum.includes(value);
  const type = value === null ? "null" : typeof value;
  return (
    schema.type === undefined || schema.type === type || (type === "number" && schema.type === "integer")
  );
}
