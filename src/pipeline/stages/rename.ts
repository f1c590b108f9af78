// rename: gives metrics and tags other names.
import { RE2JS } from "re2js";
import * as z from "zod";
import type { Metric, Tags } from "../../metric/metric.ts";
import { eachSelected, orAsItWas } from "../each-selected.ts";
import { selectionKeys, selectorOf } from "../selection.ts";
import { defineStage } from "../stage.ts";

const affix = z.string().max(256);
const rememberedNames = 20_000;

const expression = z
  .string()
  .min(1)
  .max(512)
  .refine((text) => compiled(text) !== undefined, "expected a regular expression in RE2's syntax");

export const rename = defineStage({
  name: "rename",
  summary: "Gives metrics and tags other names.",
  config: z.strictObject({
    ...selectionKeys,
    replace: expression
      .optional()
      .describe(
        "Part of the name that is replaced: a regular expression in RE2's syntax, which is linear in time.",
      ),
    by: affix.default("").describe("What is put in its place; `$1` stands for the first group."),
    prefix: affix.default("").describe("Put before the name."),
    suffix: affix.default("").describe("Put behind the name."),
    tags_to: z
      .record(z.string().min(1), z.string().min(1).max(256))
      .default({})
      .describe("Tags and their new names."),
  }),
  create({ replace, by, prefix, suffix, tags_to: tagNames, ...selection }) {
    const pattern = replace === undefined ? undefined : compiled(replace);
    const renamed = remembering((name) => {
      const inner = pattern === undefined ? name : pattern.matcher(name).replaceAll(by);
      return prefix + inner + suffix;
    });
    const newNames = new Map(Object.entries(tagNames));
    const tagsOf = (tags: Tags) =>
      newNames.size > 0
        ? Object.fromEntries(Object.entries(tags).map(([key, value]) => [newNames.get(key) ?? key, value]))
        : tags;
    return eachSelected(selectorOf(selection), (metric: Metric) =>
      orAsItWas(metric, { ...metric, name: renamed(metric.name), tags: tagsOf(metric.tags) }),
    );
  },
});

function compiled(text: string): RE2JS | undefined {
  try {
    return RE2JS.compile(text);
  } catch {
    return undefined;
  }
}

function remembering(change: (name: string) => string): (name: string) => string {
  const known = new Map<string, string>();
  return (name) => {
    const found = known.get(name);
    if (found !== undefined) return found;
    if (known.size >= rememberedNames) known.clear();
    const fresh = change(name);
    known.set(name, fresh);
    return fresh;
  };
}
