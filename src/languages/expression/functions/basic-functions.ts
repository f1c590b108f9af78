// Python's own functions that an expression may need.
import { checkedNumber } from "../arithmetic.ts";
import { order, setOf, sorted } from "../comparison.ts";
import { dictionaryOf, entriesOf } from "../dictionary.ts";
import { ExpressionError } from "../expression-error.ts";
import type { FunctionDefinition } from "../function-definition.ts";
import { rounded } from "../number-text.ts";
import { itemsOf, lengthOf } from "../sequence.ts";
import { isDictionary, isTrue, numberOf, Tuple, typeName, type Value } from "../value.ts";
import { pythonText } from "../value-text.ts";
import { takeList, type Work } from "../work.ts";

type Answer = (value: Value, work: Work) => Value;

/** A function of one value. */
function ofOne(name: string, doc: string, answer: Answer): FunctionDefinition {
  return {
    name,
    group: "basic",
    doc,
    parameters: [{ name: "value" }],
    call: ([value = null], _host, work) => answer(value, work),
  };
}

function number(value: Value): number {
  const found = numberOf(value);
  if (found === undefined) throw new ExpressionError(`a number is needed, not ${typeName(value)}`);
  return found;
}

/** The first of several by their order; they are given one by one or as one list. */
function foremost(name: string, sign: 1 | -1): FunctionDefinition {
  const which = sign > 0 ? "smallest" : "largest";
  return {
    name,
    group: "basic",
    doc: `The ${which} of several values, or of the items of one list.`,
    parameters: [{ name: "values" }],
    rest: true,
    call(args, _host, work) {
      const [only = null] = args;
      const items = args.length === 1 ? itemsOf(only, work) : args;
      takeList(work, items.length);
      if (items.length === 0) throw new ExpressionError("there is nothing to choose from");
      return items.reduce((best, item) => (order(item, best, work) * sign < 0 ? item : best));
    },
  };
}

function summed(items: readonly Value[], start: Value): number {
  let sum = number(start);
  for (const item of items) {
    const next = number(item);
    sum = checkedNumber(sum + next, sum, next);
  }
  return sum;
}

function wholeNumber(value: Value): number {
  if (typeof value !== "string") return finite(Math.trunc(number(value)), value);
  const text = value.trim().replaceAll("_", "");
  if (!/^[+-]?\d+$/.test(text))
    throw new ExpressionError(`${JSON.stringify(value.slice(0, 60))} is no whole number`);
  if (!Number.isSafeInteger(Number(text))) throw new ExpressionError("number too large");
  return Number(text);
}

function decimal(value: Value): number {
  if (typeof value !== "string") return number(value);
  const text = value.trim().replaceAll("_", "");
  if (/^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) return finite(Number(text), value);
  throw new ExpressionError(`${JSON.stringify(value.slice(0, 60))} is no number`);
}

function finite(result: number, value: Value): number {
  if (Number.isFinite(result)) return result;
  throw new ExpressionError(`${pythonText(value, 1000)} has no end, or is too large`);
}

function dictionary(value: Value, work: Work): Value {
  if (isDictionary(value)) return value;
  return dictionaryOf(
    itemsOf(value, work).map((item) => {
      const [key, other, ...more] = itemsOf(item, work);
      if (key !== undefined && other !== undefined && more.length === 0) return [key, other] as const;
      throw new ExpressionError("a dict is made of pairs");
    }),
  );
}

const sum: FunctionDefinition = {
  name: "sum",
  group: "basic",
  doc: "The sum of the numbers of a list.",
  parameters: [{ name: "values" }, { name: "start", fallback: 0 }],
  call([values = null, start = 0], _host, work) {
    const items = itemsOf(values, work);
    takeList(work, items.length);
    return summed(items, start);
  },
};

const sort: FunctionDefinition = {
  name: "sorted",
  group: "basic",
  doc: "The items as a list, from small to large.",
  parameters: [{ name: "values" }, { name: "reverse", fallback: false }],
  call([values = null, isReversed = false], _host, work) {
    const items = sorted(itemsOf(values, work), work);
    return isTrue(isReversed) ? items.toReversed() : items;
  },
};

const round: FunctionDefinition = {
  name: "round",
  group: "basic",
  doc: "A number with so many decimals; exact halves go to the even neighbour.",
  parameters: [{ name: "number" }, { name: "ndigits", fallback: null }],
  call([value = null, digits = null]) {
    const places = number(digits ?? 0);
    if (!Number.isInteger(places)) throw new ExpressionError("the number of decimals is whole");
    return rounded(number(value), places);
  },
};

export const basicFunctions: readonly FunctionDefinition[] = [
  ofOne("abs", "A number without its sign.", (value) => Math.abs(number(value))),
  foremost("min", 1),
  foremost("max", -1),
  sum,
  sort,
  round,
  ofOne("len", "How many items a list or dict has, or characters a text.", lengthOf),
  ofOne("str", "A value as text.", (value) => pythonText(value)),
  ofOne("int", "A number without its fraction, or a text as a whole number.", wholeNumber),
  ofOne("float", "A text as a number.", decimal),
  ofOne("bool", "Whether a value is true: zero, None and what is empty are not.", isTrue),
  {
    name: "any",
    group: "basic",
    doc: "Whether one of the items is true.",
    parameters: [{ name: "values" }],
    call: ([values = null], _host, work) => itemsOf(values, work).some(isTrue),
  },
  {
    name: "all",
    group: "basic",
    doc: "Whether each of the items is true.",
    parameters: [{ name: "values" }],
    call: ([values = null], _host, work) => itemsOf(values, work).every(isTrue),
  },
  ...(
    [
      ["list", "The items as a list; of a dict its keys.", (items: readonly Value[]) => [...items]],
      ["tuple", "The items as a tuple.", (items: readonly Value[]) => new Tuple([...items])],
      ["set", "The items as a set, each once.", setOf],
    ] as const
  ).map(
    ([name, doc, make]): FunctionDefinition => ({
      name,
      group: "basic",
      doc,
      parameters: [{ name: "values", fallback: new Tuple([]) }],
      call([values = null], _host, work) {
        const items = itemsOf(values, work);
        takeList(work, items.length);
        return make(items, work);
      },
    }),
  ),
  {
    name: "dict",
    group: "basic",
    doc: "A list of pairs as a dict.",
    parameters: [{ name: "pairs", fallback: new Tuple([]) }],
    call: ([pairs = null], _host, work) => dictionary(pairs, work),
  },
  {
    name: "keys",
    group: "basic",
    doc: "The keys of a dict as a list.",
    parameters: [{ name: "dict" }],
    call: ([target = null], _host, work) =>
      isDictionary(target) ? entriesOf(target).map(([key]) => key) : itemsOf(target, work),
  },
];
