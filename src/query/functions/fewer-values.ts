// Functions that tell how several values of a series become one.
import { defineFunction, seriesList } from "../function.ts";
import { floatText } from "../number-text.ts";
import { derived, type Series, withTag } from "../series.ts";

function consolidatedBy(series: Series, consolidation: string): Series {
  const name = `consolidateBy(${series.name},"${consolidation}")`;
  return derived(series, { name, consolidation, tags: withTag(series, "consolidateBy", consolidation) });
}

export const fewerValuesFunctions = [
  defineFunction({
    name: "consolidateBy",
    group: "Special",
    summary: "How several values become one where there is no room for all.",
    unites: "consolidationFunc",
    params: [
      seriesList,
      {
        name: "consolidationFunc",
        type: "string",
        required: true,
        options: ["sum", "average", "avg", "avg_zero", "min", "max", "first", "last"],
      },
    ],
    apply: ({ seriesList: list, consolidationFunc }) =>
      list.map((series) => consolidatedBy(series, consolidationFunc)),
  }),
  defineFunction({
    name: "cumulative",
    group: "Special",
    summary: "Several values become their sum where there is no room for all.",
    params: [seriesList],
    apply: ({ seriesList: list }) => list.map((series) => consolidatedBy(series, "sum")),
  }),
  defineFunction({
    name: "setXFilesFactor",
    aliases: ["xFilesFactor"],
    group: "Special",
    summary: "The share of values that must be there, 0 to 1, where several become one.",
    params: [seriesList, { name: "xFilesFactor", type: "float", required: true }],
    apply({ seriesList: list, xFilesFactor }, call) {
      call.context.xFilesFactor = xFilesFactor;
      const tagValue = floatText(xFilesFactor);
      return list.map((series) => ({
        ...series,
        xFilesFactor,
        tags: withTag(series, "xFilesFactor", tagValue),
      }));
    },
  }),
];
