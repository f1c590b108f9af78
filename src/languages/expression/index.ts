// The expression language that operators write in checks, detectors, generators and dashboards.
export type { Binding } from "./compile-expression.ts";
export { type CompileOptions, compileExpression, type Expression } from "./expression.ts";
export { ExpressionError } from "./expression-error.ts";
export {
  type FunctionDefinition,
  functionPrototype,
  functionsByName,
  type Parameter,
} from "./function-definition.ts";
export { type BuiltInNeeds, builtInFunctions } from "./functions/built-in-functions.ts";
export { hashAlgorithm } from "./functions/hash-functions.ts";
export { textOf } from "./methods/text-methods.ts";
export { compilePattern, type Pattern, type PatternOptions } from "./pattern.ts";
export type { PlaceholderForm } from "./token.ts";
export {
  type Dictionary,
  isTrue,
  Missing,
  type Operand,
  type PlainDictionary,
  type Value,
} from "./value.ts";
export { type Json, pythonRepr, pythonText, toJson } from "./value-text.ts";
export type { Limits, Work } from "./work.ts";
