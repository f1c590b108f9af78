// Tags and their values, for those who choose series by them.
import { refusal, shown } from "./fault.ts";
import type { NameTree } from "./names/name-tree.ts";
import { anchoredPattern } from "./names/pattern.ts";
import { findTagged, tagOfCondition } from "./names/tag-query.ts";
import type { RequestParams } from "./render/render-request.ts";
import type { Work } from "./work.ts";

export interface TagName {
  readonly tag: string;
}

export interface TagValue {
  readonly value: string;
  /** Series with this value. */
  readonly count: number;
}

export interface TagDetails extends TagName {
  readonly values: readonly TagValue[];
}

const completionLimit = 100;

type Counts = ReadonlyMap<string, number>;
type Tags = Readonly<Record<string, string>>;

/** How many series have each of the texts that a series is looked at for. */
async function counted(
  tree: NameTree,
  {
    textsOf,
    entries = tree.entries,
  }: { textsOf: (tags: Tags) => readonly string[]; entries?: NameTree["entries"] },
  work: Work,
): Promise<Counts> {
  const counts = new Map<string, number>();
  let looked = 0;
  for (const entry of entries) {
    for (const text of textsOf(tree.tagsOf(entry))) counts.set(text, (counts.get(text) ?? 0) + 1);
    looked += 1;
    if (looked % 100 === 0 && work.isDue) await work.breathe();
  }
  return new Map([...counts].sort(([one], [other]) => (one < other ? -1 : 1)));
}

function valueFrom(tags: Tags, tag: string): readonly string[] {
  const value = Object.hasOwn(tags, tag) ? tags[tag] : undefined;
  return value === undefined ? [] : [value];
}

function limitOf(params: RequestParams): number | undefined {
  const text = params.get("limit") ?? "";
  if (text === "") return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw refusal(`limit: ${shown(text)} is no whole number`);
}

/** The texts that the request's `filter` fits. */
async function filtered(texts: Iterable<string>, params: RequestParams, work: Work): Promise<string[]> {
  const source = params.get("filter") ?? "";
  if (source === "") return [...texts];
  const pattern = anchoredPattern(source);
  const fitting: string[] = [];
  for (const text of texts) {
    if (pattern.isIn(text)) fitting.push(text);
    if (work.isDue) await work.breathe();
  }
  return fitting;
}

export async function listTags(tree: NameTree, params: RequestParams, work: Work): Promise<TagName[]> {
  const counts = await counted(tree, { textsOf: Object.keys }, work);
  const tags = (await filtered(counts.keys(), params, work)).map((tag) => ({ tag }));
  return tags.slice(0, limitOf(params) || undefined);
}

/** Undefined when no series has the tag. */
export async function tagDetails(
  tree: NameTree,
  { tag, params }: { tag: string; params: RequestParams },
  work: Work,
): Promise<TagDetails | undefined> {
  const counts = await counted(tree, { textsOf: (tags) => valueFrom(tags, tag) }, work);
  if (counts.size === 0) return undefined;
  const fitting = await filtered(counts.keys(), params, work);
  const values = fitting.map((value) => ({ value, count: counts.get(value) ?? 0 }));
  return { tag, values: values.slice(0, limitOf(params) || undefined) };
}

function conditionsIn(params: RequestParams): string[] {
  const given = params.getAll("expr");
  return given.length > 0 ? given : params.getAll("expr[]");
}

export async function findSeries(tree: NameTree, params: RequestParams, work: Work): Promise<string[]> {
  const conditions = conditionsIn(params);
  if (conditions.length === 0) throw refusal("the parameter expr is missing");
  return (await findTagged(tree, conditions, work)).map(({ key }) => key);
}

export async function completeTags(tree: NameTree, params: RequestParams, work: Work): Promise<string[]> {
  const conditions = conditionsIn(params);
  const entries = conditions.length > 0 ? await findTagged(tree, conditions, work) : tree.entries;
  const known = new Set(conditions.map(tagOfCondition));
  const counts = await counted(tree, { textsOf: Object.keys, entries }, work);
  const prefix = params.get("tagPrefix") ?? "";
  const tags = [...counts.keys()].filter((tag) => tag.startsWith(prefix) && !known.has(tag));
  return tags.slice(0, limitOf(params) ?? completionLimit);
}

export async function completeValues(tree: NameTree, params: RequestParams, work: Work): Promise<string[]> {
  const tag = params.get("tag") ?? "";
  if (tag === "") throw refusal("the parameter tag is missing");
  const conditions = conditionsIn(params);
  const entries =
    conditions.length > 0 ? await findTagged(tree, [...conditions, `${tag}!=`], work) : tree.entries;
  const counts = await counted(tree, { textsOf: (tags) => valueFrom(tags, tag), entries }, work);
  const prefix = params.get("valuePrefix") ?? "";
  return [...counts.keys()]
    .filter((value) => value.startsWith(prefix))
    .slice(0, limitOf(params) ?? completionLimit);
}
