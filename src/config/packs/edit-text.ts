// One value in a YAML text replaced, every other byte left as it is. (Writing the parsed document anew would move
// comments, drop empty lines and change quotes.)
import { isAlias, isMap, isScalar, isSeq, type ParsedNode, stringify, type YAMLSeq } from "yaml";
import type { Entry } from "./parameter-text.ts";

interface Span {
  readonly from: number;
  readonly to: number;
}

/** One value or a list of values on one line, as it stands behind a colon. */
export function valueText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => itemText(item)).join(", ")}]`;
  return isPlain(value)
    ? stringify(value, { lineWidth: 0, blockQuote: false }).trimEnd()
    : JSON.stringify(value);
}

/** The same inside brackets, where commas and brackets must be quoted. */
function itemText(item: unknown): string {
  const options = {
    lineWidth: 0,
    collectionStyle: "flow",
    blockQuote: false,
    flowCollectionPadding: false,
  } as const;
  return isPlain(item) ? stringify([item], options).trimEnd().slice(1, -1) : JSON.stringify(item);
}

/** False of what would need several lines, or could not stand in a file as it is; JSON escapes all of that. */
function isPlain(value: unknown): boolean {
  if (typeof value === "string") return !/[\p{Cc}\p{Cs}\u2028\u2029\ufeff]/u.test(value);
  return typeof value !== "object" || value === null;
}

/** The text with another value under a key; undefined where the place cannot be told, as of an anchor. */
export function withValue(text: string, entry: Entry, value: unknown): string | undefined {
  const { value: node } = entry;
  const colon = colonEnd(entry);
  if (colon === undefined || isAnchored(node)) return undefined;
  const written = valueText(value);
  if (node === null || isEmpty(node)) return splice(text, { from: colon, to: colon }, ` ${written}`);
  const [from, to] = node.range;
  if (isInline(node)) return splice(text, { from, to }, `${needsSpace(text, from)}${written}`);
  // A block scalar or list ends with its last line's end, which stays; a comment behind the colon stays too.
  const gap = text.slice(colon, from).trimEnd();
  const end = text[to - 1] === "\n" ? to - 1 : to;
  return splice(text, { from: colon, to: end }, ` ${written}${gap}`);
}

/** The text with one more item at the end of a list. */
export function withItem(text: string, entry: Entry, item: unknown): string | undefined {
  const { value: list } = entry;
  if (!isSeq<ParsedNode>(list) || list.items.length === 0) return withValue(text, entry, [item]);
  const end = list.items.at(-1)?.range[1];
  const written = itemText(item);
  if (end === undefined) return undefined;
  if (isInline(list)) return splice(text, { from: end, to: end }, `, ${written}`);
  const [first] = list.range;
  const indent = text.slice(text.lastIndexOf("\n", first - 1) + 1, first);
  const at = text[end - 1] === "\n" ? end : lineEnd(text, end);
  const breakBefore = text[at - 1] === "\n" ? "" : "\n";
  return splice(text, { from: at, to: at }, `${breakBefore}${indent}- ${written}\n`);
}

/** The text without the item at a position of a list. */
export function withoutItem(text: string, entry: Entry, at: number): string | undefined {
  const { value: list } = entry;
  if (!isSeq<ParsedNode>(list)) return undefined;
  if (list.items.length === 1) return withValue(text, entry, []);
  const span = isInline(list) ? flowSpan(list, at) : blockSpan(text, list, at);
  return span && splice(text, span, "");
}

/** With the comma before it, or with the one after it when it is the first. */
function flowSpan(list: YAMLSeq<ParsedNode>, at: number): Span | undefined {
  const [before, item, after] = [list.items[at - 1], list.items[at], list.items[at + 1]];
  if (item === undefined) return undefined;
  if (before !== undefined) return { from: before.range[1], to: item.range[1] };
  return after && { from: item.range[0], to: after.range[0] };
}

/** Whole lines, from the dash on. */
function blockSpan(text: string, list: YAMLSeq<ParsedNode>, at: number): Span | undefined {
  const item = list.items[at];
  const token = list.srcToken?.type === "block-seq" ? list.srcToken.items[at] : undefined;
  const dash = token?.start.find(({ type }) => type === "seq-item-ind")?.offset;
  if (item === undefined || dash === undefined) return undefined;
  const end = item.range[1];
  const to = text[end - 1] === "\n" ? end : lineEnd(text, end);
  return { from: text.lastIndexOf("\n", dash - 1) + 1, to };
}

/** Behind the line's end, or the end of the text. */
function lineEnd(text: string, from: number): number {
  const at = text.indexOf("\n", from);
  return at === -1 ? text.length : at + 1;
}

function colonEnd({ srcToken }: Entry): number | undefined {
  const colon = srcToken?.sep?.find(({ type }) => type === "map-value-ind");
  return colon && colon.offset + 1;
}

function isEmpty(node: ParsedNode): boolean {
  return node.range[0] === node.range[1];
}

/** An anchor or a tag would go with the value, and others may refer to it. */
function isAnchored(node: ParsedNode | null): boolean {
  return node !== null && !isAlias(node) && (node.anchor !== undefined || node.tag !== undefined);
}

function isInline(node: ParsedNode): boolean {
  if (isScalar(node)) return node.type !== "BLOCK_LITERAL" && node.type !== "BLOCK_FOLDED";
  return isAlias(node) || ((isMap(node) || isSeq(node)) && node.flow === true);
}

/** In flow mappings `"a":1` may have no space. */
function needsSpace(text: string, from: number): string {
  return text[from - 1] === ":" ? " " : "";
}

function splice(text: string, { from, to }: Span, inserted: string): string {
  return text.slice(0, from) + inserted + text.slice(to);
}
