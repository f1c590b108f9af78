// The tags that choose and repeat: `if` and `for`.

import { equal } from "../../expression/comparison.ts";
import { ExpressionError } from "../../expression/expression-error.ts";
import { parseLogic } from "../../expression/parse-operators.ts";
import { expect, type Reader, skip } from "../../expression/reader.ts";
import type { Step } from "../../expression/step.ts";
import { isTrue, Missing, type Operand, type Value } from "../../expression/value.ts";
import { spend } from "../../expression/work.ts";
import { finish, parseBody, parseBodyTo, parseStep, parseTuple, type Tag } from "../body.ts";
import { Callable, handedAround } from "../callable.ts";
import { type Frame, type Render, type TemplateRun, within } from "../frame.ts";
import { parseTarget, type Target } from "../target.ts";
import { itemsFrom } from "../text.ts";

/** Expressions of these tags have no `if` of their own. */
const withoutChoice = (reader: Reader) => parseTuple(reader, parseLogic);

interface Branch {
  readonly condition: Step<Frame>;
  readonly render: Render;
}

export const ifTag: Tag = (parser, reader) => {
  const branches: Branch[] = [];
  let tag = reader;
  for (;;) {
    const condition = parseStep(parser, tag, (inner) => parseTuple(inner));
    finish(tag);
    const body = parseBody(parser, ["elif", "else", "endif"]);
    branches.push({ condition, render: body.render });
    tag = body.reader ?? tag;
    if (body.ender === "elif") continue;
    finish(tag);
    return chosen(branches, body.ender === "else" ? parseBodyTo(parser, "endif") : undefined);
  }
};

function chosen(branches: readonly Branch[], otherwise: Render | undefined): Render {
  return (run) => {
    for (const { condition, render } of branches) {
      if (isTrue(condition(run))) return render(run);
    }
    otherwise?.(run);
  };
}

interface Loop {
  readonly target: Target;
  readonly items: Step<Frame>;
  readonly condition: Step<Frame> | undefined;
  readonly body: Render;
  readonly otherwise: Render | undefined;
}

export const forTag: Tag = (parser, reader) => {
  const target = parseTarget(reader);
  expect(reader, "in");
  const items = parseStep(parser, reader, withoutChoice);
  const condition = skip(reader, "if") ? parseStep(parser, reader) : undefined;
  if (skip(reader, "recursive")) throw new ExpressionError("recursive loops are not part of this language");
  finish(reader);
  const body = parseBody(parser, ["else", "endfor"]);
  if (body.reader !== undefined) finish(body.reader);
  const otherwise = body.ender === "else" ? parseBodyTo(parser, "endfor") : undefined;
  return loopRender({ target, items, condition, body: body.render, otherwise });
};

function loopRender({ target, items, condition, body, otherwise }: Loop): Render {
  return (run) => {
    const all = itemsFrom(items(run), run.work);
    const chosenItems = condition === undefined ? all : filtered(all, { target, condition, run });
    if (chosenItems.length === 0) return otherwise?.(run);
    const facts = loopFacts(chosenItems);
    for (const [place, item] of chosenItems.entries()) {
      spend(run.work, 2);
      const inner = within(run);
      inner.scope.variables.own.set("loop", facts(place));
      target.assign(item, inner);
      body(inner);
    }
  };
}

interface Filtering {
  readonly target: Target;
  readonly condition: Step<Frame>;
  readonly run: TemplateRun;
}

function filtered(items: readonly Value[], { target, condition, run }: Filtering): readonly Value[] {
  return items.filter((item) => {
    const inner = within(run);
    target.assign(item, inner);
    return isTrue(condition(inner));
  });
}

/** What `loop` tells at each item. */
function loopFacts(items: readonly Value[]): (place: number) => Operand {
  const count = items.length;
  let last: Operand = new Missing("changed");
  let at = 0;
  const cycle = new Callable("cycle", ({ positional }) => {
    if (positional.length === 0) throw new ExpressionError("there is nothing to cycle through");
    return positional[at % positional.length] ?? null;
  });
  const changed = new Callable("changed", ({ positional: [value = null] }, { work }) => {
    const isChanged = !equal(last, value, work);
    last = value;
    return isChanged;
  });
  return (place) => {
    at = place;
    const [before, next] = [items[place - 1], items[place + 1]];
    return {
      index: place + 1,
      index0: place,
      revindex: count - place,
      revindex0: count - place - 1,
      first: place === 0,
      last: place === count - 1,
      length: count,
      depth: 1,
      depth0: 0,
      cycle: handedAround(cycle),
      changed: handedAround(changed),
      ...(before === undefined ? {} : { previtem: before }),
      ...(next === undefined ? {} : { nextitem: next }),
    };
  };
}
