// One line of the statsd family as values: etsy's, and the tags of Datadog, InfluxDB, Graphite and SignalFx.
import { noTags, type Tags } from "../../metric/metric.ts";
import { isDecimal } from "../decimal.ts";

export type StatsdKind = "counter" | "gauge" | "timer" | "histogram" | "distribution" | "set" | "meter";

/** Values of one series in one line. */
export interface StatsdSamples {
  readonly form: "samples";
  readonly name: string;
  readonly tags: Tags;
  readonly kind: StatsdKind;
  /** As they stand in the line; texts for sets, numbers for all others, a sign in front where one was written. */
  readonly values: readonly string[];
  /** Share of all samples that the sender sends: 1e-9 to 1. */
  readonly rate: number;
  /** Unix seconds, where the sender says when (DogStatsD 1.3). */
  readonly timestamp: number | undefined;
}

/** A service check of Datadog: 0 ok, 1 warning, 2 critical, 3 unknown. */
export interface StatsdServiceCheck {
  readonly form: "check";
  readonly name: string;
  readonly status: 0 | 1 | 2 | 3;
  readonly host: string;
  readonly message: string;
  readonly tags: Tags;
  readonly timestamp: number | undefined;
}

/** An event of Datadog. */
export interface StatsdEvent {
  readonly form: "event";
  readonly title: string;
  readonly text: string;
  readonly host: string;
  readonly priority: string;
  readonly alert: string;
  readonly tags: Tags;
  readonly timestamp: number | undefined;
}

export interface StatsdFault {
  readonly form: "fault";
  /** One of few, for counting. */
  readonly reason: string;
}

export type StatsdLine = StatsdSamples | StatsdServiceCheck | StatsdEvent | StatsdFault;

const kinds: ReadonlyMap<string, StatsdKind> = new Map([
  ["c", "counter"],
  ["g", "gauge"],
  ["ms", "timer"],
  ["h", "histogram"],
  ["d", "distribution"],
  ["s", "set"],
  ["m", "meter"],
]);

/** A sample that stands for more than a billion was thinned out by nobody. */
const leastRate = 1e-9;

/** Never throws. Spaces around the parts of a line are no part of them (contract opsbro §9.2). */
export function parseStatsdLine(text: string): StatsdLine {
  const line = text.trim();
  if (line.startsWith("_e{")) return parseEvent(line);
  if (line.startsWith("_sc|")) return parseServiceCheck(line);
  return parseSamples(line);
}

const fault = (reason: string): StatsdFault => ({ form: "fault", reason });

function parseSamples(line: string): StatsdLine {
  const [head = "", type, ...extras] = line.split("|");
  if (type === undefined) return fault("no type");
  const kind = kinds.get(type.trim());
  if (kind === undefined) return fault("unknown type");
  const colon = endOfName(head, extras);
  if (colon < 0) return fault("no value");
  const values = valuesOf(head.slice(colon + 1), kind);
  if (values === undefined) return fault("value is no number");
  const more = readExtras(extras);
  if (more === undefined) return fault("bad sample rate");
  const named = nameAndTags(head.slice(0, colon).trim());
  if (named.name === "") return fault("no name");
  const tags = more.tags === noTags ? named.tags : { ...named.tags, ...more.tags };
  return {
    form: "samples",
    name: named.name,
    tags,
    kind,
    values,
    rate: more.rate,
    timestamp: more.timestamp,
  };
}

/**
 * The colon before the value. SignalFx's tags stand in brackets and may hold colons; so may the tags of InfluxDB and
 * Graphite, whose senders write one value, unless Datadog's tags say that it was not one of them. Elsewhere it is the first.
 */
function endOfName(head: string, extras: readonly string[]): number {
  const bracket = head.indexOf("]");
  if (head.includes("[") && bracket > 0) return head.indexOf(":", bracket);
  const first = head.indexOf(":");
  const isTagged = /[,;]/.test(head.slice(0, first)) && head.slice(0, first).includes("=");
  return isTagged && !extras.some((extra) => extra.trim().startsWith("#")) ? head.lastIndexOf(":") : first;
}

/** A set's value may be any text; numbers may be several (DogStatsD 1.1). */
function valuesOf(text: string, kind: StatsdKind): readonly string[] | undefined {
  if (kind === "set") return text.trim() === "" ? undefined : [text.trim()];
  const values = text.split(":").map((value) => value.trim());
  return values.every(isDecimal) ? values : undefined;
}

interface Extras {
  readonly rate: number;
  readonly tags: Tags;
  readonly timestamp: number | undefined;
}

/** `@rate`, `#tags`, `Ttimestamp`; what is not known (`c:` container, `e:` entity) is passed over. */
function readExtras(extras: readonly string[]): Extras | undefined {
  let rate = 1;
  let tags: Tags = noTags;
  let timestamp: number | undefined;
  for (const extra of extras) {
    const body = extra.trim();
    if (body.startsWith("@")) {
      rate = Number(body.slice(1));
      if (!(rate >= leastRate && rate <= 1)) return undefined;
    } else if (body.startsWith("#")) tags = datadogTags(body.slice(1));
    else if (/^T\d{1,11}$/.test(body)) timestamp = Number(body.slice(1));
  }
  return { rate, tags, timestamp };
}

/** `key:value,key`: a tag without a value is true. */
function datadogTags(text: string): Tags {
  return tagsOf(text.split(","), ":");
}

function tagsOf(pairs: readonly string[], separator: string): Tags {
  const tags: [string, string][] = [];
  for (const pair of pairs) {
    const at = pair.indexOf(separator);
    const key = (at < 0 ? pair : pair.slice(0, at)).trim();
    const value = at < 0 ? "true" : pair.slice(at + 1).trim();
    if (key !== "" && value !== "") tags.push([key, value]);
  }
  return tags.length === 0 ? noTags : Object.fromEntries(tags);
}

/** `name[k=v,…]` of SignalFx, `name;k=v;…` of Graphite, `name,k=v,…` of InfluxDB. */
function nameAndTags(text: string): { name: string; tags: Tags } {
  const open = text.indexOf("[");
  const close = text.indexOf("]", open);
  if (open >= 0 && close > open) {
    const name = text.slice(0, open) + text.slice(close + 1);
    return { name: plainName(name), tags: tagsOf(text.slice(open + 1, close).split(","), "=") };
  }
  const separator = text.includes(";") ? ";" : ",";
  const [name = "", ...pairs] = text.split(separator);
  if (pairs.length === 0) return { name: plainName(name), tags: noTags };
  return { name: plainName(name), tags: tagsOf(pairs, "=") };
}

/** Blanks within a name become `_`. */
function plainName(name: string): string {
  return name.trim().replace(/\s/g, "_");
}

/** `_sc|name|status|d:time|h:host|#tags|m:message`; the message is last and may hold anything. */
function parseServiceCheck(line: string): StatsdLine {
  const messageAt = line.indexOf("|m:");
  const [, name = "", status = "", ...extras] = (messageAt < 0 ? line : line.slice(0, messageAt)).split("|");
  if (name === "") return fault("check without a name");
  if (!/^[0-3]$/.test(status)) return fault("check without a status");
  const facts = readFacts(extras);
  return {
    form: "check",
    name,
    status: Number(status) as StatsdServiceCheck["status"],
    host: facts.host,
    tags: facts.tags,
    timestamp: facts.timestamp,
    // Clients write what could be taken for the beginning of a message so.
    message: messageAt < 0 ? "" : unescaped(line.slice(messageAt + 3)).replaceAll("m\\:", "m:"),
  };
}

/** `_e{title length,text length}:title|text|…`; lengths are those of the UTF-8 forms. */
function parseEvent(line: string): StatsdLine {
  const match = /^_e\{(\d{1,6}),(\d{1,6})\}:/.exec(line);
  if (match === null) return fault("event without lengths");
  const body = Buffer.from(line.slice(match[0].length));
  const titleEnd = Number(match[1]);
  const textEnd = titleEnd + 1 + Number(match[2]);
  if (titleEnd === 0 || textEnd > body.length || body[titleEnd] !== 0x7c)
    return fault("event with wrong lengths");
  const facts = readFacts(body.subarray(textEnd).toString().split("|").slice(1));
  return {
    form: "event",
    title: unescaped(body.subarray(0, titleEnd).toString()),
    text: unescaped(body.subarray(titleEnd + 1, textEnd).toString()),
    host: facts.host,
    priority: facts.priority,
    alert: facts.alert,
    tags: facts.tags,
    timestamp: facts.timestamp,
  };
}

function readFacts(extras: readonly string[]) {
  const facts = { host: "", priority: "normal", alert: "info", tags: noTags };
  let timestamp: number | undefined;
  for (const extra of extras) {
    if (/^d:\d{1,11}$/.test(extra)) timestamp = Number(extra.slice(2));
    else if (extra.startsWith("h:")) facts.host = extra.slice(2);
    else if (extra.startsWith("p:")) facts.priority = extra.slice(2);
    else if (extra.startsWith("t:")) facts.alert = extra.slice(2);
    else if (extra.startsWith("#")) facts.tags = datadogTags(extra.slice(1));
  }
  return { ...facts, timestamp };
}

function unescaped(text: string): string {
  return text.replaceAll("\\n", "\n");
}
