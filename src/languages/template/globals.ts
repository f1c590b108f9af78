// The functions that every template has: range, dict, namespace, cycler, joiner.
import { dictionaryOf } from "../expression/dictionary.ts";
import { ExpressionError } from "../expression/expression-error.ts";
import { numberOf, type Operand, present, type Value } from "../expression/value.ts";
import { takeList, type Work } from "../expression/work.ts";
import { Callable, handedAround, Namespace } from "./callable.ts";
import { unmarked } from "./text.ts";

function whole(operand: Operand | undefined): number {
  const number = numberOf(present(operand ?? null));
  if (number !== undefined && Number.isInteger(number)) return number;
  throw new ExpressionError("range needs whole numbers");
}

function range(args: readonly Operand[], work: Work): Value {
  const bounds = args.map(whole);
  const [start = 0, stop = 0, step = 1] = bounds.length === 1 ? [0, ...bounds] : bounds;
  if (bounds.length === 0 || bounds.length > 3) throw new ExpressionError("range takes one to three numbers");
  if (step === 0) throw new ExpressionError("the step of a range is not zero");
  const length = Math.max(0, Math.ceil((stop - start) / step));
  takeList(work, length);
  return Array.from({ length }, (_, place) => start + place * step);
}

/** Goes round its values, one more with each `next()`. */
function cycler(values: readonly Operand[]): Operand {
  if (values.length === 0) throw new ExpressionError("there is nothing to cycle through");
  const items = values.map((value) => present(unmarked(value)));
  const state = new Namespace([["current", items[0] ?? null]]);
  let at = 0;
  const go = (place: number) => {
    const before = items[at] ?? null;
    at = place % items.length;
    state.values.set("current", items[at] ?? null);
    return before;
  };
  state.values.set("next", handedAround(new Callable("next", () => go(at + 1))));
  state.values.set("reset", handedAround(new Callable("reset", () => go(0) && null)));
  return handedAround(state);
}

/** Nothing at first, the separator from then on. */
function joiner([separator = ", "]: readonly Operand[]): Operand {
  let isUsed = false;
  const call = () => {
    if (isUsed) return separator;
    isUsed = true;
    return "";
  };
  return handedAround(new Callable("joiner", call));
}

const globals: ReadonlyMap<string, Callable> = new Map(
  [
    new Callable("range", ({ positional }, { work }) => range(positional, work)),
    new Callable("dict", ({ named }) =>
      dictionaryOf(named.map(([name, value]) => [name, present(unmarked(value))])),
    ),
    new Callable("namespace", ({ named }) => handedAround(new Namespace(named))),
    new Callable("cycler", ({ positional }) => cycler(positional)),
    new Callable("joiner", ({ positional }) => joiner(positional)),
  ].map((callable) => [callable.name, callable]),
);

export function globalNamed(name: string): Operand | undefined {
  const found = globals.get(name);
  return found && handedAround(found);
}
