// What compiling needs to know of the language at hand: names, placeholders, calls and attributes differ.
import type { Step } from "./step.ts";
import type { Node, NodeOf } from "./syntax.ts";
import type { Operand } from "./value.ts";

/** The parts in which the two languages differ. */
export interface Language<Scope> {
  name(node: NodeOf<"name">): Step<Scope>;
  placeholder(node: NodeOf<"placeholder">): Step<Scope>;
  call(node: NodeOf<"call">): Step<Scope>;
  attribute(node: NodeOf<"attribute">): Step<Scope>;
  /** `target[key]`. */
  item(node: NodeOf<"item">): Step<Scope>;
  /** What only templates have. */
  templatePart(node: NodeOf<"filter" | "test" | "joined" | "nothing">): Step<Scope>;
  /** What an operand is where missing data is allowed: compared with ==, looked for with in. */
  soften(operand: Operand): Operand;
  /** What stands behind `in`. */
  container(operand: Operand): Operand;
  /** Compiles what an operator works with. */
  operand(node: Node): Step<Scope>;
}

export interface Compiler<Scope> extends Language<Scope> {
  /** Compiles a part of any kind. */
  step(node: Node): Step<Scope>;
}
