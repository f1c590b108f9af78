// Which identifier a metric has in collectd: its old one when it came from there, else one made of its name and tags.
import { createHash } from "node:crypto";
import { type Identifier, nameLimitBytes } from "../../../formats/collectd-packet/value-list.ts";
import type { CollectdTypes } from "../../../formats/collectd-types/parse-types-db.ts";
import type { Metric } from "../../../metric/metric.ts";

/** Of the sum at the end of a name that was too long. */
const sumDigits = 8;

/** Where a metric stands among the values of an identifier. */
export interface Place extends Identifier {
  readonly source: number;
  /** Values that its type has. */
  readonly sources: number;
}

interface Typed {
  readonly plugin: string;
  readonly type: string;
  readonly source: string;
}

/** `PLUGIN.TYPE[.SOURCE]` with the instances as tags → what it was. */
export function returningPlace(metric: Metric, host: string, types: CollectdTypes): Place {
  const { plugin_instance = "", type_instance = "", ...others } = metric.tags;
  if (Object.keys(others).length > 0) return ownPlace(metric, host);
  const typed = typedName(metric.name, types);
  const sources = typed === undefined ? undefined : types.get(typed.type);
  if (typed === undefined || sources === undefined) {
    const { plugin, rest } = parted(metric.name);
    const typeInstance = instance([rest, type_instance].filter((text) => text !== "").join("-"));
    return { host, plugin, pluginInstance: instance(plugin_instance), ...gaugeOf(typeInstance) };
  }
  const { plugin, type, source } = typed;
  const identifier = { host, plugin: withoutDashes(plugin), pluginInstance: instance(plugin_instance) };
  if (sources.every(({ kind }) => kind === "gauge")) {
    const place = sources.findIndex(({ name }) => name === source);
    return {
      ...identifier,
      type,
      typeInstance: instance(type_instance),
      source: place,
      sources: sources.length,
    };
  }
  // A rate is no counter: collectd would take its bytes for one.
  const name = source === "value" ? type : `${type}.${source}`;
  const typeInstance = instance(type_instance === "" ? name : `${name}-${type_instance}`);
  return { ...identifier, ...gaugeOf(typeInstance) };
}

/** First part of the name, `TAG=VALUE,…`, the rest of the name. */
export function ownPlace({ name, tags }: Metric, host: string): Place {
  const { plugin, rest } = parted(name);
  const told = Object.keys(tags)
    .filter((tag) => tag !== "host")
    .sort()
    .map((tag) => `${tag}=${tags[tag] ?? ""}`);
  return { host, plugin, pluginInstance: instance(told.join(",")), ...gaugeOf(instance(rest)) };
}

function parted(name: string): { plugin: string; rest: string } {
  const dot = name.indexOf(".");
  const plugin = withoutDashes(dot < 0 ? name : name.slice(0, dot)) || "_";
  return { plugin, rest: dot < 0 ? "" : name.slice(dot + 1) };
}

function gaugeOf(typeInstance: string) {
  return { type: "gauge", typeInstance, source: 0, sources: 1 };
}

/** The longest plugin's name with which it is a type's; types have no dots. */
function typedName(name: string, types: CollectdTypes): Typed | undefined {
  const parts = name.split(".");
  const last = parts.at(-1) ?? "";
  const sole = types.get(last);
  if (parts.length >= 2 && sole?.length === 1 && sole[0]?.name === "value")
    return { plugin: parts.slice(0, -1).join("."), type: last, source: "value" };
  const type = parts.at(-2) ?? "";
  const isSource = types.get(type)?.some((source) => source.name === last) === true;
  if (parts.length < 3 || !isSource) return undefined;
  return { plugin: parts.slice(0, -2).join("."), type, source: last };
}

/** Slashes part an identifier, and the first dash parts the name from the instance. */
function withoutDashes(text: string): string {
  return fitting(text, /[-/\p{Cc}]/gu);
}

/** Also for hosts. */
export function instance(text: string): string {
  return fitting(text, /[/\p{Cc}]/gu);
}

/** What is too long ends in a sum of the whole: cut alone, names that begin alike would be the same. */
function fitting(text: string, unfit: RegExp): string {
  const fit = text.replace(unfit, "_");
  if (fit.length * 3 <= nameLimitBytes || Buffer.byteLength(fit) <= nameLimitBytes) return fit;
  const sum = `~${createHash("sha256").update(text).digest("hex").slice(0, sumDigits)}`;
  return cut(fit, nameLimitBytes - sum.length) + sum;
}

/** At the end of a character. */
function cut(text: string, limitBytes: number): string {
  const bytes = Buffer.from(text);
  let end = limitBytes;
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.toString("utf8", 0, end);
}
