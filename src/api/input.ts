// From a request's bytes to a checked value (contract happo §0): JSON whatever the content type, keys in any case.
import type * as z from "zod";
import { parseLeadingJson } from "../formats/leading-json.ts";
import { AgentError } from "../kernel/errors.ts";

type Mapping = Readonly<Record<string, unknown>>;

/** Of a body that is built whole. */
const valuesLimit = 20_000;

/** The first JSON value of the body; `{}` for an empty one. Throws `body.not-json` and `body.invalid`. */
export function parseBody(body: Buffer): unknown {
  if (body.length === 0) return {};
  const parsed = parseLeadingJson(body, valuesLimit);
  if ("value" in parsed) return parsed.value;
  if (parsed.fault === "too many") throw new AgentError("body.invalid", { reason: parsed.error });
  throw new AgentError("body.not-json", { reason: parsed.error });
}

/** Throws `body.invalid` with the first thing that is wrong. */
export function checkInput<Value>(
  schema: z.ZodType<Value>,
  prepare: ((body: Mapping) => Mapping) | undefined,
  body: unknown,
): Value {
  if (!isMapping(body)) throw new AgentError("body.invalid", { reason: "the body must be a JSON object" });
  const spelled = withoutNulls(spellKeys(body, keysOf(schema)), schema);
  const parsed = schema.safeParse(prepare === undefined ? spelled : prepare(spelled));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue?.path.join(".") ?? "";
  throw new AgentError("body.invalid", {
    reason: place === "" ? issue?.message : `${place}: ${issue?.message}`,
  });
}

/** Keys are known in any case, as the original's JSON reader has it; a key in the right case wins. */
function spellKeys(body: Mapping, known: readonly string[]): Mapping {
  const spelled: Record<string, unknown> = {};
  for (const key of Object.keys(body)) {
    const name = known.includes(key) ? key : (known.find((one) => one === key.toLowerCase()) ?? key);
    if (name === key || !Object.hasOwn(body, name)) {
      Object.defineProperty(spelled, name, {
        value: body[key],
        enumerable: true,
        configurable: true,
        writable: true,
      });
    }
  }
  return spelled;
}

/** Null is as if it were not there, as the original's JSON reader has it, but where it means something. */
function withoutNulls(body: Mapping, schema: z.ZodType): Mapping {
  const shape = "shape" in schema ? (schema.shape as Readonly<Record<string, z.ZodType>>) : {};
  const isAbsent = ([key, value]: [string, unknown]) =>
    value === null && Object.hasOwn(shape, key) && shape[key]?.safeParse(null).success === false;
  const entries = Object.entries(body);
  return entries.some(isAbsent) ? Object.fromEntries(entries.filter((entry) => !isAbsent(entry))) : body;
}

/** The same for a value inside the body; what is no mapping stays as it is. */
export function withLowerCaseKeys(value: unknown, known: readonly string[]): unknown {
  return isMapping(value) ? spellKeys(value, known) : value;
}

function keysOf(schema: z.ZodType): string[] {
  return "shape" in schema ? Object.keys(schema.shape as object) : [];
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
