// `seriesByTag`: declared here for the list of functions; the evaluator fetches for it.
import { defineFunction } from "../function.ts";

export const taggedFunctions = [
  defineFunction({
    name: "seriesByTag",
    group: "Special",
    summary: 'Series whose tags fit all conditions, such as "name=disk" and "mount=~/var.*".',
    params: [{ name: "tagExpressions", type: "string", required: true, multiple: true }],
    apply: () => [],
  }),
];
