// Compiles any part of an expression to a function of the evaluation under way.
import {
  compileBinary,
  compileChoice,
  compileComparison,
  compileLogic,
  compileNot,
  compileSign,
} from "./compile-operators.ts";
import { compileDictionary, compileItems, compilePart } from "./compile-values.ts";
import type { Compiler, Language } from "./compiler.ts";
import { ExpressionError } from "./expression-error.ts";
import type { Step } from "./step.ts";
import type { Node, NodeOf } from "./syntax.ts";

/** Binds compiling to a language. Faults get the column of the part that they belong to. */
export function compilerOf<Scope>(
  language: (step: (node: Node) => Step<Scope>) => Language<Scope>,
): Compiler<Scope> {
  const step = (node: Node): Step<Scope> => {
    try {
      return compileNode(node, compiler);
    } catch (thrown) {
      if (!(thrown instanceof ExpressionError) || thrown.column !== undefined) throw thrown;
      throw new ExpressionError(thrown.reason, { at: node.at, cause: thrown });
    }
  };
  const compiler: Compiler<Scope> = { ...language(step), step };
  return compiler;
}

type OperatorNode = NodeOf<"sign" | "not" | "binary" | "comparison" | "and" | "or" | "choice">;
type ValueNode = Exclude<Node, OperatorNode>;

function compileNode<Scope>(node: Node, compiler: Compiler<Scope>): Step<Scope> {
  switch (node.kind) {
    case "sign":
      return compileSign(node, compiler);
    case "not":
      return compileNot(node, compiler);
    case "binary":
      return compileBinary(node, compiler);
    case "comparison":
      return compileComparison(node, compiler);
    case "and":
    case "or":
      return compileLogic(node, compiler);
    case "choice":
      return compileChoice(node, compiler);
    default:
      return compileValue(node, compiler);
  }
}

function compileValue<Scope>(node: ValueNode, compiler: Compiler<Scope>): Step<Scope> {
  switch (node.kind) {
    case "constant": {
      const { value } = node;
      return () => value;
    }
    case "name":
      return compiler.name(node);
    case "placeholder":
      return compiler.placeholder(node);
    case "list":
    case "tuple":
    case "set":
      return compileItems(node, compiler);
    case "dictionary":
      return compileDictionary(node, compiler);
    case "item":
      return compiler.item(node);
    case "part":
      return compilePart(node, compiler);
    case "attribute":
      return compiler.attribute(node);
    case "call":
      return compiler.call(node);
    default:
      return compiler.templatePart(node);
  }
}
