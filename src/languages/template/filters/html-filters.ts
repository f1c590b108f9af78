// Filters for HTML, addresses and JSON.
import { entriesOf } from "../../expression/dictionary.ts";
import { isDictionary, isTrue, present, type Value } from "../../expression/value.ts";
import { type Json, pythonText, toJson } from "../../expression/value-text.ts";
import { takeText } from "../../expression/work.ts";
import { escapeHtml, isMarked, itemsFrom, marked, unmarked } from "../text.ts";
import { type FilterEntry, filterOf, numberFrom, textFrom } from "./filter.ts";

function escaping(name: string, isForced: boolean): FilterEntry {
  return filterOf(name, {}, (value, _args, tools) => {
    const text = textFrom(value, tools);
    return marked(isMarked(value) && !isForced ? text : escapeHtml(text));
  });
}

/** Of a path the slashes stay; elsewhere a blank is a plus. */
function addressText(text: string, isPath: boolean): string {
  const encoded = encodeURIComponent(text.replace(/\p{Cs}/gu, "\ufffd"));
  const strict = encoded.replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  return isPath ? strict.replaceAll("%2F", "/") : strict.replaceAll("%20", "+");
}

function addressPairs(pairs: readonly (readonly [Value, Value])[]): string {
  return pairs
    .map(([key, value]) => `${addressText(pythonText(key), false)}=${addressText(pythonText(value), false)}`)
    .join("&");
}

/** As Python writes JSON: keys in order, a space behind commas and colons. */
function jsonText(json: Json, indent: string, before = "\n"): string {
  if (typeof json !== "object" || json === null) return JSON.stringify(json);
  const within = before + indent;
  const isList = Array.isArray(json);
  const parts = isList
    ? json.map((item: Json) => jsonText(item, indent, within))
    : Object.entries(json)
        .toSorted(([left], [right]) => (left < right ? -1 : 1))
        .map(([key, item]) => `${JSON.stringify(key)}: ${jsonText(item, indent, within)}`);
  const [open, close] = isList ? ["[", "]"] : ["{", "}"];
  if (parts.length === 0) return open + close;
  return indent === ""
    ? `${open}${parts.join(", ")}${close}`
    : `${open}${within}${parts.join(`,${within}`)}${before}${close}`;
}

const jsonEscapes: Readonly<Record<string, string>> = {
  "<": "\\u003c",
  ">": "\\u003e",
  "&": "\\u0026",
  "'": "\\u0027",
};

/** Without what stands between < and >, and without remarks; space is one blank. */
function withoutTags(text: string): string {
  let result = "";
  for (let at = 0; at < text.length; ) {
    const open = text.indexOf("<", at);
    const isRemark = open >= 0 && text.startsWith("<!--", open);
    const close = open < 0 ? -1 : text.indexOf(isRemark ? "-->" : ">", open);
    if (close < 0) return tidy(result + text.slice(at));
    result += text.slice(at, open);
    at = close + (isRemark ? 3 : 1);
  }
  return tidy(result);
}

const named: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  "#39": "'",
  "#34": '"',
  nbsp: "\u00a0",
};

function tidy(text: string): string {
  return text
    .replace(/&(amp|lt|gt|quot|#39|#34|nbsp);/g, (whole, name: string) => named[name] ?? whole)
    .split(/\s+/)
    .filter((word) => word !== "")
    .join(" ");
}

export const htmlFilters: readonly FilterEntry[] = [
  escaping("e", false),
  escaping("escape", false),
  escaping("forceescape", true),
  filterOf("safe", {}, (value, _args, tools) => marked(textFrom(value, tools))),
  filterOf("striptags", {}, (value, _args, tools) => withoutTags(textFrom(value, tools))),
  filterOf("urlencode", {}, (value, _args, tools) => {
    const plain = unmarked(value);
    if (isDictionary(plain)) return addressPairs(entriesOf(plain));
    if (typeof plain !== "object" || plain === null) return addressText(textFrom(plain, tools), true);
    return addressPairs(
      itemsFrom(plain, tools.work).map((pair) => {
        const [key = null, value2 = null] = itemsFrom(pair, tools.work);
        return [key, value2] as const;
      }),
    );
  }),
  filterOf("tojson", { indent: null }, (value, [indent], { work }) => {
    const space = indent === null || !isTrue(indent) ? "" : " ".repeat(Math.min(numberFrom(indent), 20));
    const text = jsonText(toJson(present(unmarked(value))), space);
    takeText(work, text.length);
    return marked(text.replace(/[<>&']/g, (sign) => jsonEscapes[sign] ?? sign));
  }),
];
