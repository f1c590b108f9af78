// Functions that tell how series are drawn.
import { aggregations } from "../aggregation.ts";
import { eachSeries } from "../calculation/each.ts";
import { refusal } from "../fault.ts";
import { type Call, defineFunction, seriesList } from "../function.ts";
import { fixedText, shortText } from "../number-text.ts";
import { type DrawOptions, derived, type Series, withTag } from "../series.ts";
import { withUnit } from "../units.ts";

function drawn(series: Series, draw: DrawOptions): Series {
  return { ...series, draw: { ...series.draw, ...draw } };
}

const defaultStack = "__DEFAULT__";

/** The values on top of all that were stacked before. */
function onTop(values: Float64Array, stack: Float64Array): Float64Array {
  return values.map((value, place) => {
    if (Number.isNaN(value)) return value;
    const sum = (stack[place] ?? 0) + value;
    stack[place] = sum;
    return sum;
  });
}

function longEnough(stack: Float64Array | undefined, length: number): Float64Array {
  if (stack !== undefined && stack.length >= length) return stack;
  const longer = new Float64Array(length);
  if (stack !== undefined) longer.set(stack);
  return longer;
}

interface CactiFormat {
  readonly system: string | undefined;
  readonly units: string | undefined;
}

function cactiText(value: number, { system, units }: CactiFormat): string {
  const [amount, letter] = system === undefined ? [value, ""] : withUnit(value, system);
  const unit = units === undefined ? letter : ` ${letter}${units}`;
  return `${fixedText(amount, 2)}${unit}`;
}

const cactiValues = [
  ["Current", "last"],
  ["Max", "max"],
  ["Min", "min"],
] as const;

/** Characters of all names, each as long as the longest. */
const paddedLimit = 2_000_000;

async function cactiNames(list: readonly Series[], format: CactiFormat, call: Call): Promise<Series[]> {
  const nameWidth = list.reduce((most, { name }) => Math.max(most, name.length), 0);
  if (nameWidth * list.length > paddedLimit)
    throw refusal("cactiStyle(): the names are too many for their longest one");
  const columns: { title: string; width: number; texts: string[] }[] = [];
  for (const [title, aggregation] of cactiValues) {
    const values: number[] = [];
    for (const series of list) {
      values.push(aggregations[aggregation]?.(series.values) ?? Number.NaN);
      await call.context.work.breathe();
    }
    // Widths are those of the whole parts: the columns of other series stand where they would.
    const whole = values.map((value) =>
      cactiText(Math.trunc(!Number.isNaN(value) && value !== 0 ? value : 3), format),
    );
    const width = whole.reduce((most, text) => Math.max(most, text.length), 0) + 3;
    const texts = values.map((value) => (!Number.isNaN(value) ? cactiText(value, format) : "nan"));
    columns.push({ title, width, texts });
  }
  return list.map((series, place) => {
    const rest = columns.map(({ title, width, texts }) => `${title}:${(texts[place] ?? "").padEnd(width)} `);
    return { ...series, name: `${series.name.padEnd(nameWidth)} ${rest.join("")}` };
  });
}

export const drawFunctions = [
  defineFunction({
    name: "alpha",
    group: "Graph",
    summary: "How opaque the series is drawn, from 0 to 1.",
    params: [seriesList, { name: "alpha", type: "float", required: true }],
    apply: ({ seriesList: list, alpha }) => list.map((series) => drawn(series, { alpha })),
  }),
  defineFunction({
    name: "color",
    group: "Graph",
    summary: "The colour of the series: a name, or RRGGBB.",
    params: [seriesList, { name: "theColor", type: "string", required: true }],
    apply: ({ seriesList: list, theColor }) => list.map((series) => drawn(series, { color: theColor })),
  }),
  defineFunction({
    name: "lineWidth",
    group: "Graph",
    summary: "The width of the line in pixels.",
    params: [seriesList, { name: "width", type: "float", required: true }],
    apply: ({ seriesList: list, width }) => list.map((series) => drawn(series, { lineWidth: width })),
  }),
  defineFunction({
    name: "dashed",
    group: "Graph",
    summary: "A line of dashes so many pixels long.",
    params: [seriesList, { name: "dashLength", type: "integer", default: 5 }],
    apply: ({ seriesList: list, dashLength }) =>
      list.map((series) => ({
        ...drawn(series, { dashed: dashLength }),
        name: `dashed(${series.name}, ${shortText(dashLength)})`,
        tags: withTag(series, "dashed", String(dashLength)),
      })),
  }),
  defineFunction({
    name: "drawAsInfinite",
    group: "Graph",
    summary: "A line from bottom to top wherever the value is not zero.",
    params: [seriesList],
    apply: ({ seriesList: list }) =>
      list.map((series) => ({
        ...drawn(series, { drawAsInfinite: true }),
        name: `drawAsInfinite(${series.name})`,
        tags: withTag(series, "drawAsInfinite", "1"),
      })),
  }),
  defineFunction({
    name: "secondYAxis",
    group: "Graph",
    summary: "Measured by an axis of its own on the right.",
    params: [seriesList],
    apply: ({ seriesList: list }) =>
      list.map((series) => ({
        ...drawn(series, { secondYAxis: true }),
        name: `secondYAxis(${series.name})`,
        tags: withTag(series, "secondYAxis", "1"),
      })),
  }),
  defineFunction({
    name: "stacked",
    group: "Graph",
    summary: "Each series on top of those before it; a name keeps several stacks apart.",
    params: [seriesList, { name: "stack", type: "string" }],
    apply({ seriesList: list, stack = defaultStack }, call) {
      const { stacks } = call.context;
      return eachSeries(list, call, (series) => {
        const total = longEnough(stacks.get(stack), series.values.length);
        stacks.set(stack, total);
        const isDefault = stack === defaultStack;
        const name = isDefault ? `stacked(${series.name})` : series.name;
        const tags = isDefault ? withTag(series, "stacked", stack) : series.tags;
        return drawn(derived(series, { name, tags, values: onTop(series.values, total) }), { stacked: true });
      });
    },
  }),
  defineFunction({
    name: "areaBetween",
    group: "Graph",
    summary: "The area between two series.",
    params: [seriesList],
    apply({ seriesList: list }) {
      const [lower, upper, third] = list;
      if (lower === undefined || upper === undefined || third !== undefined) {
        throw refusal(`areaBetween() takes two series, not ${list.length}`);
      }
      const name = `areaBetween(${upper.pathExpression})`;
      const tags = withTag(upper, "areaBetween", "1");
      return [
        { ...drawn(lower, { stacked: true, invisible: true }), name, tags },
        { ...drawn(upper, { stacked: true }), name, tags },
      ];
    },
  }),
  defineFunction({
    name: "cactiStyle",
    group: "Special",
    summary: "The name with the last, the greatest and the least value behind it, in columns.",
    params: [
      seriesList,
      { name: "system", type: "string", options: ["si", "binary"] },
      { name: "units", type: "string" },
    ],
    apply: ({ seriesList: list, system, units }, call) => cactiNames(list, { system, units }, call),
  }),
];
