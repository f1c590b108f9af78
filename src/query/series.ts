// A series on its way through functions: values on a regular grid, and what is known of them. Nothing changes one; functions make new ones.

/** How a series is drawn. */
export interface DrawOptions {
  readonly color?: string;
  readonly alpha?: number;
  readonly stacked?: boolean;
  readonly invisible?: boolean;
  readonly lineWidth?: number;
  /** Length of a dash in pixels. */
  readonly dashed?: number;
  readonly secondYAxis?: boolean;
  readonly drawAsInfinite?: boolean;
}

export interface Series {
  readonly name: string;
  /** Seconds since 1970; the first value stands here. */
  readonly start: number;
  /** Seconds since 1970, exclusive; there may be more or fewer values than fit. */
  readonly end: number;
  /** Seconds. */
  readonly step: number;
  /** NaN is no value. */
  readonly values: Float64Array;
  /** How several values become one when there is no room for all. */
  readonly consolidation: string;
  /** Share of values that must be there for one made of them, 0 to 1. */
  readonly xFilesFactor: number;
  readonly tags: Readonly<Record<string, string>>;
  /** What the series came from, for the names of what is made of it. */
  readonly pathExpression: string;
  readonly draw: DrawOptions;
}

export interface SeriesStart {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly step: number;
  readonly values: Float64Array;
  readonly tags?: Readonly<Record<string, string>>;
  readonly xFilesFactor?: number;
  readonly pathExpression?: string;
  readonly consolidation?: string;
}

/** A series from nothing: its tags are those that its name holds. */
export function newSeries(parts: SeriesStart): Series {
  return {
    consolidation: "average",
    xFilesFactor: 0,
    pathExpression: parts.name,
    draw: {},
    ...parts,
    tags: parts.tags ?? tagsOfName(parts.name),
  };
}

/** The same with other values and another name, which is also what it came from. */
export function derived(series: Series, changes: Partial<Series> & { readonly name: string }): Series {
  return { ...series, pathExpression: changes.name, ...changes };
}

export function withTag(series: Series, tag: string, value: string): Record<string, string> {
  return { ...series.tags, [tag]: value };
}

/** The value of a tag, empty when a series has none of this name. */
export function tagOf({ tags }: Pick<Series, "tags">, name: string): string {
  return Object.hasOwn(tags, name) ? (tags[name] ?? "") : "";
}

/** `name;tag=value` → its tags with `name`; anything else is a name alone. */
export function tagsOfName(text: string): Record<string, string> {
  if (/^[a-z]+\(.+\)$/i.test(text)) return { name: text };
  const [name = "", ...pairs] = text.split(";");
  const tags: Record<string, string> = {};
  for (const pair of pairs) {
    const equals = pair.indexOf("=");
    if (equals < 1 || equals === pair.length - 1) return { name: text };
    tags[pair.slice(0, equals)] = pair.slice(equals + 1);
  }
  return { ...tags, name: name.replace(/^~+/, "") };
}

/** `length` values that are none. */
export function noValues(length: number): Float64Array {
  return new Float64Array(length).fill(Number.NaN);
}
