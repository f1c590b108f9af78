// What makes two metrics the same series: name and tags, as one text that can be read back.
import { noTags, type Tags } from "./metric.ts";

export interface Series {
  readonly name: string;
  readonly tags: Tags;
}

/**
 * `name;tag=value;…`, tags in the order of their names: Graphite's way of writing tagged series. A backslash stands
 * before `;`, `=` and itself where they are part of a text.
 */
export function seriesKey({ name, tags }: Series): string {
  const names = Object.keys(tags);
  if (names.length === 0) return guarded(name);
  if (names.length > 1) names.sort();
  let key = guarded(name);
  for (const tag of names) key += `;${guarded(tag)}=${guarded(tags[tag] ?? "")}`;
  return key;
}

/** The series of a key. Undefined for what is none: a tag without value, an empty name, a tag twice. */
export function parseSeriesKey(key: string): Series | undefined {
  const [name = "", ...pairs] = splitAt(key, ";");
  if (name === "") return undefined;
  if (pairs.length === 0) return { name: plain(name), tags: noTags };
  const tags = new Map<string, string>();
  for (const pair of pairs) {
    const [tag = "", value = "", surplus] = splitAt(pair, "=");
    if (tag === "" || value === "" || surplus !== undefined || tags.has(plain(tag))) return undefined;
    tags.set(plain(tag), plain(value));
  }
  return { name: plain(name), tags: Object.fromEntries(tags) };
}

const special = /[;=\\]/;

function guarded(text: string): string {
  return special.test(text) ? text.replace(/[;=\\]/g, "\\$&") : text;
}

function plain(text: string): string {
  return text.includes("\\") ? text.replace(/\\([\s\S])/g, "$1") : text;
}

function splitAt(text: string, separator: ";" | "="): string[] {
  if (!text.includes("\\")) return text.split(separator);
  const parts: string[] = [];
  let start = 0;
  for (let place = 0; place < text.length; place += 1) {
    if (text[place] === "\\") place += 1;
    else if (text[place] === separator) {
      parts.push(text.slice(start, place));
      start = place + 1;
    }
  }
  return [...parts, text.slice(start)];
}
