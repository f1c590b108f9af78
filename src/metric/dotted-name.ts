// Series as plain dotted names, and back: what older systems call `diskusage./var.pct_used`.

import { parseSeriesKey, type Series, seriesKey } from "./series.ts";

/** The tag that stands as second part in dotted names of a family (`diskusage` → `mount`), if there is one. */
export type InstanceTagOf = (family: string) => string | undefined;

/**
 * `family.instance.rest` for a series with its family's instance tag, with the other tags behind `;`. Dots of the
 * instance are written `%2E`, so that the name can be read back. Signs of the name that part nothing stay as they are.
 */
export function dottedName({ name, tags }: Series, instanceTagOf: InstanceTagOf): string {
  const [family, rest] = cut(name);
  const tag = rest === undefined ? undefined : instanceTagOf(family);
  const instance = tag === undefined ? undefined : tags[tag];
  if (tag === undefined || instance === undefined) return shown({ name, tags });
  const others = Object.fromEntries(Object.entries(tags).filter(([key]) => key !== tag));
  return shown({ name: `${family}.${encode(instance)}.${rest}`, tags: others });
}

/** As people write it: a backslash stands only where the name could be taken for another one. */
function shown(series: Series): string {
  const isPlain = Object.keys(series.tags).length === 0 && !/;|\\[\\=;]|\\$/.test(series.name);
  return isPlain ? series.name : seriesKey(series);
}

/** The series that a dotted name stands for; undefined where the name is none. */
export function seriesOfDottedName(text: string, instanceTagOf: InstanceTagOf): Series | undefined {
  // Any other backslash is one of the name's.
  const series = parseSeriesKey(
    text.replace(/\\([\\=;])|\\/g, (whole, sign) => (sign === undefined ? "\\\\" : whole)),
  );
  if (series === undefined) return undefined;
  const [family, rest = ""] = cut(series.name);
  const tag = instanceTagOf(family);
  const [instance, leaf] = cut(rest);
  if (tag === undefined || leaf === undefined || tag in series.tags) return series;
  return { name: `${family}.${leaf}`, tags: { ...series.tags, [tag]: decode(instance) } };
}

function cut(text: string): [string, string | undefined] {
  const dot = text.indexOf(".");
  return dot < 0 ? [text, undefined] : [text.slice(0, dot), text.slice(dot + 1)];
}

function encode(instance: string): string {
  return instance.replace(/[%.]/g, (character) => (character === "." ? "%2E" : "%25"));
}

function decode(instance: string): string {
  return instance.replace(/%2E|%25/g, (code) => (code === "%2E" ? "." : "%"));
}
