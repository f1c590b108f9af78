// Series by their tags: `name=disk`, `mount!=/tmp`, `host=~web.*`, `host!=~old`.
import { refusal, shown } from "../fault.ts";
import type { Work } from "../work.ts";
import type { Entry, NameTree } from "./name-tree.ts";
import { anchoredPattern } from "./pattern.ts";

interface TagCondition {
  readonly tag: string;
  /** Whether a value fits; the empty text stands for a tag that is not there. */
  fits(value: string): boolean;
}

const conditionLimit = 20;

const form = /^([^;!=]+)(!?=~?)([^;]*)$/s;

/** The tag that a condition is about; empty when it is none. */
export function tagOfCondition(text: string): string {
  return form.exec(text)?.[1] ?? "";
}

/** Refuses what is no condition. */
function tagCondition(text: string): TagCondition {
  const [, tag, operator, wanted = ""] = form.exec(text) ?? [];
  if (tag === undefined || operator === undefined) throw refusal(`${shown(text)} is no condition on a tag`);
  if (operator === "=") return { tag, fits: (value) => value === wanted };
  if (operator === "!=") return { tag, fits: (value) => value !== wanted };
  const pattern = anchoredPattern(wanted);
  return operator === "=~"
    ? { tag, fits: (value) => pattern.isIn(value) }
    : { tag, fits: (value) => !pattern.isIn(value) };
}

/** Series that fit all conditions, in the order of their keys. One condition at least must not fit a missing tag. */
export async function findTagged(
  tree: NameTree,
  texts: readonly string[],
  work: Pick<Work, "breathe" | "isDue">,
): Promise<Entry[]> {
  if (texts.length > conditionLimit) throw refusal(`more than ${conditionLimit} conditions on tags`);
  const conditions: TagCondition[] = [];
  for (const text of texts) {
    conditions.push(tagCondition(text));
    if (work.isDue) await work.breathe();
  }
  if (conditions.every(({ fits }) => fits(""))) {
    throw refusal("one condition at least must not fit series without the tag");
  }
  const found: Entry[] = [];
  for (const entry of tree.entries) {
    const tags = tree.tagsOf(entry);
    if (conditions.every(({ tag, fits }) => fits(valueFrom(tags, tag)))) found.push(entry);
    if (work.isDue) await work.breathe();
  }
  return found.sort((one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : 0));
}

function valueFrom(tags: Readonly<Record<string, string>>, tag: string): string {
  return Object.hasOwn(tags, tag) ? (tags[tag] ?? "") : "";
}
