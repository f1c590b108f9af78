// What a function of Graphite is: a name, declared parameters, and what it does with series.
import type { EvaluationContext } from "./evaluation-context.ts";
import type { Series } from "./series.ts";

/** What the types of parameters become. */
interface ParameterValues {
  seriesList: readonly Series[];
  seriesLists: readonly (readonly Series[])[];
  string: string;
  float: number;
  integer: number;
  intOrInf: number;
  boolean: boolean;
  node: number;
  nodeOrTag: number | string;
  tag: string;
  /** Text of a span, checked. */
  interval: string;
  /** Number of points, or text of a span. */
  intOrInterval: number | string;
  aggFunc: string;
  aggOrSeriesFunc: string;
  /** Text of a time, or seconds since 1970 as text. */
  date: string;
  /** A number as it was written, or series. */
  any: readonly Series[] | { readonly value: number; readonly text: string };
}

export type ParameterType = keyof ParameterValues;

export interface Parameter {
  readonly name: string;
  readonly type: ParameterType;
  readonly required?: boolean;
  readonly default?: string | number | boolean;
  /** What the list of functions tells as default; the function itself sees that nothing was given. */
  readonly shownDefault?: string | number | boolean;
  /** The last one only: it takes all that is left. */
  readonly multiple?: boolean;
  readonly options?: readonly (string | boolean | null)[];
  readonly suggestions?: readonly (string | number)[];
}

type ValueOf<P extends Parameter> = P extends { multiple: true }
  ? readonly ParameterValues[P["type"]][]
  : P extends { required: true } | { default: string | number | boolean }
    ? ParameterValues[P["type"]]
    : ParameterValues[P["type"]] | undefined;

export type ArgumentsOf<Ps extends readonly Parameter[]> = {
  readonly [P in Ps[number] as P["name"]]: ValueOf<P>;
};

/** What a function may ask for beside its arguments. */
export interface Call {
  readonly context: EvaluationContext;
  /** The first argument once more, for another time. */
  again(time: { readonly startS?: number; readonly endS?: number }): Promise<readonly Series[]>;
  /** The series of another target. */
  evaluate(target: string): Promise<readonly Series[]>;
  /** Whether there is a function of this name that makes one series of lists. */
  isCombining(name: string): boolean;
  /** The result of another function. */
  combine(name: string, lists: readonly (readonly Series[])[]): Promise<readonly Series[]>;
}

/** Several lists from one (`mapSeries`). */
export interface Grouped {
  readonly groups: readonly (readonly Series[])[];
}

export type Result = readonly Series[] | Grouped | Promise<readonly Series[] | Grouped>;

/** A function with its parameters' types forgotten: arguments are checked before it is applied. */
export interface SeriesFunction {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly group: string;
  readonly summary: string;
  readonly params: readonly Parameter[];
  /** Makes one series of lists: other functions may take it by name. */
  readonly aggregator: boolean;
  /** The parameter that tells how the function puts values of longer times together; none when absent. */
  readonly unites?: string;
  apply(args: Readonly<Record<string, unknown>>, call: Call): Result;
}

interface Definition<Ps extends readonly Parameter[]> {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly group: string;
  /** One or two sentences. */
  readonly summary: string;
  readonly params: Ps;
  readonly aggregator?: boolean;
  readonly unites?: Ps[number]["name"];
  apply(args: ArgumentsOf<Ps>, call: Call): Result;
}

/** Ties the types of arguments to the declared parameters. */
export function defineFunction<const Ps extends readonly Parameter[]>(
  definition: Definition<Ps>,
): SeriesFunction {
  const { aliases = [], aggregator = false, apply } = definition;
  return {
    ...definition,
    aliases,
    aggregator,
    // The arguments were made from these very parameters.
    apply: (args, call) => apply(args as ArgumentsOf<Ps>, call),
  };
}

/** The parameter that nearly every function has first. */
export const seriesList = { name: "seriesList", type: "seriesList", required: true } as const;
