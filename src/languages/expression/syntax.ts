// The parts of an expression that was read, as a tree.
import type { BinaryOperator } from "./arithmetic.ts";
import { ExpressionError } from "./expression-error.ts";
import type { PlaceholderForm } from "./token.ts";
import type { Value } from "./value.ts";

export type Comparator = "==" | "!=" | "<" | "<=" | ">" | ">=" | "in" | "not in" | "is" | "is not";

/** `name=value` in a call. */
export interface NamedNode {
  readonly name: string;
  readonly value: Node;
}

export interface Arguments {
  readonly positional: readonly Node[];
  readonly named: readonly NamedNode[];
}

/** `at` is the place from 0 in the original text. */
export type Node = { readonly at: number } & (
  | { readonly kind: "constant"; readonly value: Value }
  /** What a template's `a if b` comes to when b is false. */
  | { readonly kind: "nothing" }
  | PlaceholderPart
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "list" | "tuple" | "set"; readonly items: readonly Node[] }
  | { readonly kind: "dictionary"; readonly entries: readonly (readonly [Node, Node])[] }
  | { readonly kind: "sign"; readonly operator: "-" | "+" | "~"; readonly operand: Node }
  | { readonly kind: "not"; readonly operand: Node }
  | { readonly kind: "binary"; readonly operator: BinaryOperator; readonly left: Node; readonly right: Node }
  /** A template's `left ~ right`. */
  | { readonly kind: "joined"; readonly operands: readonly Node[] }
  | { readonly kind: "comparison"; readonly first: Node; readonly rest: readonly ComparisonPart[] }
  | { readonly kind: "and" | "or"; readonly operands: readonly Node[] }
  | { readonly kind: "choice"; readonly condition: Node; readonly yes: Node; readonly no: Node }
  | { readonly kind: "item"; readonly target: Node; readonly key: Node }
  | { readonly kind: "part"; readonly target: Node; readonly bounds: readonly (Node | undefined)[] }
  | AttributePart
  | { readonly kind: "call"; readonly target: Node; readonly arguments: Arguments }
  | FilterPart<"filter">
  | FilterPart<"test">
);

interface PlaceholderPart {
  readonly kind: "placeholder";
  readonly name: string;
  readonly form: PlaceholderForm;
  readonly fallback: Node | undefined;
}

export interface ComparisonPart {
  readonly comparator: Comparator;
  readonly right: Node;
}

interface AttributePart {
  readonly kind: "attribute";
  readonly target: Node;
  readonly name: string;
}

/** A template's `target|name(arguments)` or `target is name arguments`. */
interface FilterPart<Kind> {
  readonly kind: Kind;
  readonly target: Node;
  readonly name: string;
  readonly arguments: Arguments;
}

export type NodeOf<Kind extends Node["kind"]> = Extract<Node, { readonly kind: Kind }>;

/** The parts directly below one. */
function partsOf(node: Node): readonly Node[] {
  switch (node.kind) {
    case "constant":
    case "nothing":
    case "name":
      return [];
    case "placeholder":
      return node.fallback === undefined ? [] : [node.fallback];
    case "list":
    case "tuple":
    case "set":
      return node.items;
    case "dictionary":
      return node.entries.flat();
    case "sign":
    case "not":
      return [node.operand];
    case "joined":
    case "and":
    case "or":
      return node.operands;
    case "binary":
      return [node.left, node.right];
    case "comparison":
      return [node.first, ...node.rest.map(({ right }) => right)];
    case "choice":
      return [node.condition, node.yes, node.no];
    case "item":
      return [node.target, node.key];
    case "part":
      return [node.target, ...node.bounds.filter((bound) => bound !== undefined)];
    case "attribute":
      return [node.target];
    case "call":
    case "filter":
    case "test":
      return [node.target, ...node.arguments.positional, ...node.arguments.named.map(({ value }) => value)];
  }
}

/** How many parts there are. Throws when they are nested deeper than the limit; does not itself go deep. */
export function measureTree(root: Node, depthLimit: number): number {
  let level: readonly Node[] = [root];
  let count = 0;
  for (let depth = 0; level.length > 0; depth += 1) {
    const [first] = level;
    if (depth > depthLimit) {
      throw new ExpressionError(`nested deeper than ${depthLimit}`, { at: first?.at });
    }
    count += level.length;
    level = level.flatMap(partsOf);
  }
  return count;
}
