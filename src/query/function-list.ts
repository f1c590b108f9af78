// The list of functions for editors of targets, in the shape that Grafana reads.

import { aggregations } from "./aggregation.ts";
import type { Parameter, ParameterType, SeriesFunction } from "./function.ts";
import { functions, functionsByName } from "./functions/index.ts";
import type { RequestParams } from "./render/render-request.ts";

export interface ParameterInfo {
  readonly name: string;
  readonly type: ParameterType;
  readonly required?: true;
  readonly default?: string | number | boolean;
  readonly multiple?: true;
  readonly options?: readonly (string | boolean | null)[];
  readonly suggestions?: readonly (string | number)[];
}

export interface FunctionInfo {
  readonly name: string;
  /** The name with its parameters, as it is written. */
  readonly function: string;
  readonly description: string;
  readonly module: string;
  readonly group: string;
  readonly params: readonly ParameterInfo[];
}

export type FunctionList = Readonly<Record<string, FunctionInfo | Readonly<Record<string, FunctionInfo>>>>;

const aggregationNames = Object.keys(aggregations).sort();
const combiningNames = [...functionsByName].filter(([, { aggregator }]) => aggregator).map(([name]) => name);

/** All functions by name, aliases among them; by group and name when `grouped` is asked for. */
export function functionList(params: RequestParams): FunctionList {
  const wanted = params.get("group");
  const infos = [...functionsByName]
    .map(([name, one]) => infoOf(name, one))
    .filter(({ group }) => wanted === null || group === wanted);
  if (!["1", "true"].includes((params.get("grouped") ?? "").toLowerCase())) return byName(infos);
  const groups = [...new Set(functions.map(({ group }) => group))];
  const filled = groups.map(
    (group) => [group, byName(infos.filter((info) => info.group === group))] as const,
  );
  return Object.fromEntries(filled.filter(([, infosOfGroup]) => Object.keys(infosOfGroup).length > 0));
}

/** Undefined when there is no function of this name. */
export function functionDetails(name: string): FunctionInfo | undefined {
  const found = functionsByName.get(name);
  return found === undefined ? undefined : infoOf(name, found);
}

function byName(infos: readonly FunctionInfo[]): Record<string, FunctionInfo> {
  return Object.fromEntries(infos.map((info) => [info.name, info]));
}

function infoOf(name: string, { summary, group, params }: SeriesFunction): FunctionInfo {
  return {
    name,
    function: `${name}(${params.map(written).join(", ")})`,
    description: summary,
    module: "graphite.render.functions",
    group,
    params: params.map(parameterInfo),
  };
}

function written(parameter: Parameter): string {
  if (parameter.multiple === true) return `*${parameter.name}`;
  const otherwise = parameter.default ?? parameter.shownDefault;
  if (otherwise !== undefined) return `${parameter.name}=${pythonText(otherwise)}`;
  return parameter.required === true ? parameter.name : `${parameter.name}=None`;
}

function pythonText(value: string | number | boolean): string {
  if (typeof value === "string") return `'${value}'`;
  if (typeof value === "boolean") return value ? "True" : "False";
  return value === Number.POSITIVE_INFINITY ? "inf" : String(value);
}

function parameterInfo(parameter: Parameter): ParameterInfo {
  const { name, type, required, multiple, suggestions } = parameter;
  const otherwise = jsonValue(parameter.default ?? parameter.shownDefault);
  const options = parameter.options ?? optionsOf(type);
  return {
    name,
    type,
    ...(required === true ? { required } : {}),
    ...(otherwise === undefined || required === true ? {} : { default: otherwise }),
    ...(multiple === true ? { multiple } : {}),
    ...(options === undefined ? {} : { options }),
    ...(suggestions === undefined ? {} : { suggestions }),
  };
}

/** JSON has no infinity; targets have a word for it. */
function jsonValue(value: string | number | boolean | undefined): string | number | boolean | undefined {
  return value === Number.POSITIVE_INFINITY ? "inf" : value;
}

function optionsOf(type: ParameterType): readonly string[] | undefined {
  if (type === "aggFunc") return aggregationNames;
  return type === "aggOrSeriesFunc"
    ? [...new Set([...aggregationNames, ...combiningNames])].sort()
    : undefined;
}
