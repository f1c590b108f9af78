// The tree of names, kept for a while: asking the history for all its keys is not free.
import type { Clock } from "../../kernel/clock.ts";
import type { Pace } from "../../kernel/pace.ts";
import type { Work } from "../work.ts";
import { type NameTree, plantTree } from "./name-tree.ts";

export interface NameIndexNeeds {
  readonly clock: Clock;
  readonly pace: Pace;
  readonly keys: () => Promise<readonly string[]>;
  readonly nameOf: (key: string) => string;
}

export interface NameIndex {
  /** The tree of a moment not long ago. */
  tree(work: Pick<Work, "breathe" | "isDue">): Promise<NameTree>;
}

const freshMs = 10_000;

export function createNameIndex({ clock, keys, nameOf, pace }: NameIndexNeeds): NameIndex {
  let planted: { readonly keys: readonly string[]; readonly tree: NameTree } | undefined;
  let freshUntilMs = Number.NEGATIVE_INFINITY;
  let underWay: Promise<NameTree> | undefined;

  const plant = async () => {
    const asked = clock.monotonicMs();
    const found = await keys();
    if (planted === undefined || !areSame(planted.keys, found)) {
      // One request's deadline must not fail another's: the tree is made at leisure.
      planted = { keys: found, tree: await plantTree(found, nameOf, leisure(pace)) };
    }
    freshUntilMs = asked + freshMs;
    return planted.tree;
  };
  return {
    async tree(work) {
      if (planted !== undefined && clock.monotonicMs() < freshUntilMs) return planted.tree;
      underWay ??= plant().finally(() => {
        underWay = undefined;
      });
      const tree = await underWay;
      await work.breathe();
      return tree;
    },
  };
}

function areSame(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((key, place) => key === others[place]);
}

function leisure(pace: Pace): Pick<Work, "breathe" | "isDue"> {
  return {
    get isDue() {
      return pace.isDue;
    },
    breathe: () => pace.yield(),
  };
}
