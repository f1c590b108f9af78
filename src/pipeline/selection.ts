// Which metrics a stage is about: by name, by tag, by where they came in.
import * as z from "zod";
import { oneOrMore } from "../kernel/schema.ts";
import { wildcards } from "../kernel/wildcard.ts";
import { type Batch, type Metric, type Origin, origins } from "../metric/metric.ts";

const pattern = z.string().min(1).max(512);

/** Keys that every stage has. */
export const selectionKeys = {
  match: oneOrMore(pattern)
    .optional()
    .describe("Names that the stage is about, `*` and `?` standing for any characters; all when absent."),
  tags: z
    .record(z.string().min(1), oneOrMore(pattern))
    .optional()
    .describe(
      "Tags that a metric must have, with patterns for their values; `host` is the host that was measured.",
    ),
  from: z
    .array(z.enum(origins))
    .min(1)
    .optional()
    .describe("Where the metrics came in; anywhere when absent."),
};

export interface Selection {
  readonly match?: readonly string[] | undefined;
  readonly tags?: Readonly<Record<string, readonly string[]>> | undefined;
  readonly from?: readonly Origin[] | undefined;
}

export interface Selector {
  /** False: the stage has nothing to do with any of it. */
  concerns(batch: Batch): boolean;
  /** Of a batch that it is concerned with. */
  selects(metric: Metric, batch: Batch): boolean;
}

/** Decisions about names are remembered up to this many: there are few names, and each comes again. */
const rememberedNames = 20_000;

export function selectorOf({ match, tags = {}, from }: Selection): Selector {
  const byName = match === undefined ? undefined : remembering(wildcards(match));
  const byTag = Object.entries(tags).map(([tag, patterns]) => ({ tag, fits: wildcards(patterns) }));
  return {
    concerns: ({ origin }) => from === undefined || from.includes(origin),
    selects(metric, batch) {
      if (byName !== undefined && !byName(metric.name)) return false;
      return byTag.every(({ tag, fits }) => {
        const value = tagOf(metric, tag) ?? (tag === "host" ? batch.host : undefined);
        return value !== undefined && value !== "" && fits(value);
      });
    },
  };
}

/** Every object has a `constructor`. */
function tagOf({ tags }: Metric, tag: string): string | undefined {
  return Object.hasOwn(tags, tag) ? tags[tag] : undefined;
}

function remembering(decide: (name: string) => boolean): (name: string) => boolean {
  const known = new Map<string, boolean>();
  return (name) => {
    const decided = known.get(name);
    if (decided !== undefined) return decided;
    if (known.size >= rememberedNames) known.clear();
    const fresh = decide(name);
    known.set(name, fresh);
    return fresh;
  };
}
