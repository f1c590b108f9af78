// Lines of Graphite's plaintext protocol, plain and tagged: `name;tag=value 1.5 1700000000`. Written.
import type { Metric, Origin, Tags } from "../metric/metric.ts";
import { SeriesClaims } from "../metric/series-claims.ts";
import { percentEscaped } from "./percent-escape.ts";

export interface GraphiteForm {
  /** Stands before every name, dots and all. */
  readonly prefix: string;
  /** Tags as tags, as further parts of the name (`name.tag.value`), or not at all. */
  readonly tags: "graphite" | "dotted" | "none";
  /** The host as one more tag, as the part before the name, or not at all. */
  readonly host: "tag" | "prefix" | "none";
}

/** One line with its newline; empty for a metric whose path is that of another series. */
export type GraphiteLine = (metric: Metric, host: string, origin: Origin) => string;

/** Paths of which it is known whose they are. */
const remembered = 20_000;

/** What a path is made of, by who says it. */
interface PathWriter {
  readonly name: (text: string) => string;
  /** Of one tag, with what stands before it. */
  readonly tag: (tag: string, value: string) => string;
}

/**
 * `{host}` in the prefix stands for the host; a tag `host` of the metric's own wins. What our own collectors measure has
 * `_` for characters that do not fit, as ever; everybody else's can be read back. Where tags or the host are left out or
 * become parts of the name, and where hosts have dots, several series can have one path: it is the first one's.
 */
export function createGraphiteLine(form: GraphiteForm): GraphiteLine {
  const claims = new SeriesClaims(remembered);
  const own = pathWriter(form, replaced);
  const foreign = pathWriter(form, percentEscaped);
  let lastHost: string | undefined;
  let before = "";
  return (metric, host, origin) => {
    if (host !== lastHost) {
      lastHost = host;
      const part = graphitePart(host, replaced);
      const prefix = replaced(form.prefix.replaceAll("{host}", part), everyUnfit);
      before = form.host === "prefix" ? `${prefix}${part}.` : prefix;
    }
    const write = origin === "collectors" ? own : foreign;
    const path = before + write.name(metric.name) + tagsText(metric.tags, { host, form, write });
    if (!claims.take(path, { metric, host, origin })) return "";
    return `${path} ${metric.value} ${Math.floor(metric.timestampMs / 1000)}\n`;
  };
}

interface TagsForm {
  readonly host: string;
  readonly form: GraphiteForm;
  readonly write: PathWriter;
}

function tagsText(tags: Tags, { host, form, write }: TagsForm): string {
  if (form.tags === "none") return "";
  const names = Object.keys(tags);
  if (form.host === "tag" && tags["host"] === undefined) names.push("host");
  if (names.length > 1) names.sort();
  let text = "";
  for (const tag of names) text += write.tag(tag, tags[tag] ?? host);
  return text;
}

/** Puts something in the place of each character that is found. */
type Rewrite = (text: string, everyUnfit: RegExp) => string;

function replaced(text: string, unfit: RegExp): string {
  return text.replace(unfit, "_");
}

function pathWriter(form: GraphiteForm, rewrite: Rewrite): PathWriter {
  const tag = form.tags === "graphite" ? tagText : dottedText;
  return {
    name: (text) => (unfit.test(text) ? rewrite(text, everyUnfit) : text),
    tag: (name, value) => (value === "" ? "" : tag(name, value, rewrite)),
  };
}

function tagText(tag: string, value: string, rewrite: Rewrite): string {
  const name = unfitTag.test(tag) ? rewrite(tag, everyUnfitTag) : tag;
  return `;${name}=${spoiling.test(value) ? rewrite(value, everySpoiling) : value}`;
}

function dottedText(tag: string, value: string, rewrite: Rewrite): string {
  return `.${graphitePart(tag, rewrite)}.${graphitePart(value, rewrite)}`;
}

/** One part of a name: no dots. */
function graphitePart(text: string, rewrite: Rewrite): string {
  const plain = unfit.test(text) ? rewrite(text, everyUnfit) : text;
  return plain.includes(".") ? plain.replaceAll(".", "_") : plain;
}

/** In a tag's value: what ends a field, `;`, and a `~` in front. Also what looks like an escape, here and below. */
const spoiling = /[\s\p{Cc};]|^~|%[\dA-F]{2}/u;
const everySpoiling = /[\s\p{Cc};]|^~/gu;
/** In a name, besides those: what makes a folder, and what means something in a query, so that it could not be asked for. */
const unfit = /[\s\p{Cc};/*?[\]{}()'"\\,]|%[\dA-F]{2}/u;
const everyUnfit = /[\s\p{Cc};/*?[\]{}()'"\\,]/gu;
/** In a tag's name, besides those: what Graphite's tags may not have. */
const unfitTag = /[\s\p{Cc};/*?[\]{}()'"\\,!^=]|%[\dA-F]{2}/u;
const everyUnfitTag = /[\s\p{Cc};/*?[\]{}()'"\\,!^=]/gu;
