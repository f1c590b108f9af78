// Configuration of the handlers: each kind's own keys stand under its name, beside those that all of them have.
import * as z from "zod";
import { duration, oneOrMore } from "../kernel/schema.ts";
import { type ToldType, toldTypes } from "./addressing.ts";
import type { HandlerKind } from "./handler.ts";
import { kinds } from "./kinds/index.ts";

const severities = ["ok", "warning", "critical", "unknown"] as const;

/** What every handler can be told, but for its name; the events that it tells of by default depend on the form. */
export function commonKeys(events: readonly ToldType[]) {
  return {
    enabled: z.boolean().default(true).describe("False tells nobody."),
    enabled_if_group: z
      .string()
      .optional()
      .describe("Tells only while the node is in this group; always when absent."),
    severities: oneOrMore(z.enum(severities))
      .default([...severities])
      .describe("New states that are told of."),
    events: oneOrMore(z.enum(toldTypes))
      .default([...events])
      .describe("Kinds of events that are told of."),
    deadline: duration().prefault("30s").describe("For one try."),
    max_age: duration()
      .optional()
      .describe("Events that are older are given up; that of the queue when absent."),
  };
}

const name = z
  .string()
  .regex(/^[\w.-]{1,64}$/, "expected letters, digits, `_`, `.` and `-`, 64 at most")
  .optional()
  .describe("Name by which checks list it, and in reports; that of the key when absent.");

/** Groups come and go without anybody having to act: who wants to hear of them says so. */
const usualEvents = toldTypes.filter((type) => type !== "group");

function handlerConfig(kind: HandlerKind) {
  return oneOrMore(kind.config.extend({ name, ...commonKeys(usualEvents) }))
    .optional()
    .describe(kind.summary);
}

const queueConfig = z
  .strictObject({
    max: z
      .int()
      .min(1)
      .max(100_000)
      .default(1000)
      .describe("Events that wait for one handler at most; the oldest of more is given up."),
    max_age: duration().prefault("1d").describe("Events that are older are given up."),
  })
  .prefault({})
  .describe("Events that could not be told yet; they are kept on disk.");

export const handlersConfig = z
  .strictObject({
    queue: queueConfig,
    ...Object.fromEntries(kinds.map((kind) => [kind.name, handlerConfig(kind)])),
  })
  .superRefine((config, context) => {
    const seen = new Set<string>();
    for (const { key, name: given } of namesIn(config)) {
      if (seen.has(given))
        context.addIssue({
          code: "custom",
          path: [key],
          message: `two handlers are called ${given}: give each a \`name\``,
        });
      seen.add(given);
    }
  });

/** Asked also where a part is wrong, which then stands there as it was written: what has no shape has no name. */
function namesIn(config: Readonly<Record<string, unknown>>): { key: string; name: string }[] {
  return kinds.flatMap(({ name: key }) => {
    const several = config[key];
    if (!Array.isArray(several)) return [];
    const names = several.map((settings: { readonly name?: unknown } | null) => settings?.name ?? key);
    return names.filter((one) => typeof one === "string").map((one) => ({ key, name: one }));
  });
}

export type HandlersConfig = z.output<typeof handlersConfig>;
