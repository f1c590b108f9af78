// tag: sets and takes away tags.
import * as z from "zod";
import type { Tags } from "../../metric/metric.ts";
import { eachSelected } from "../each-selected.ts";
import { selectionKeys, selectorOf } from "../selection.ts";
import { defineStage } from "../stage.ts";

const text = z.string().min(1).max(512);

export const tag = defineStage({
  name: "tag",
  summary: "Sets and takes away tags.",
  config: z.strictObject({
    ...selectionKeys,
    set: z
      .record(text, z.string().min(1).max(512).meta({ local: true }))
      .default({})
      .describe("Tags and their values."),
    overwrite: z.boolean().default(true).describe("False leaves tags alone that a metric has already."),
    remove: z.array(text).default([]).describe("Tags that are taken away."),
  }),
  create({ set, overwrite, remove, ...selection }) {
    const removed = new Set(remove);
    const retagged = remembered((tags) => {
      const left = Object.fromEntries(Object.entries(tags).filter(([name]) => !removed.has(name)));
      return overwrite ? { ...left, ...set } : { ...set, ...left };
    });
    return eachSelected(selectorOf(selection), (metric) => ({ ...metric, tags: retagged(metric.tags) }));
  },
});

/** Most metrics of a batch share few objects of tags. */
function remembered(change: (tags: Tags) => Tags): (tags: Tags) => Tags {
  const known = new WeakMap<Tags, Tags>();
  return (tags) => {
    const found = known.get(tags);
    if (found !== undefined) return found;
    const fresh = change(tags);
    known.set(tags, fresh);
    return fresh;
  };
}
