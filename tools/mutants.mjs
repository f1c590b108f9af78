// Makes mutants of a TypeScript file: changes of one place each that a test should notice.
import { readFileSync } from "node:fs";
import ts from "typescript";

/**
 * @typedef {object} Mutant
 * @property {number} line counted from 1
 * @property {number} from place of the text that is replaced
 * @property {number} until place behind it
 * @property {string} was
 * @property {string} is
 */

const { SyntaxKind: Kind } = ts;

const operators = new Map([
  [Kind.LessThanToken, "<="],
  [Kind.LessThanEqualsToken, "<"],
  [Kind.GreaterThanToken, ">="],
  [Kind.GreaterThanEqualsToken, ">"],
  [Kind.EqualsEqualsEqualsToken, "!=="],
  [Kind.ExclamationEqualsEqualsToken, "==="],
  [Kind.AmpersandAmpersandToken, "||"],
  [Kind.BarBarToken, "&&"],
  [Kind.PlusToken, "-"],
  [Kind.MinusToken, "+"],
  [Kind.AsteriskToken, "/"],
  [Kind.SlashToken, "*"],
  [Kind.PercentToken, "*"],
  [Kind.PlusEqualsToken, "-="],
  [Kind.MinusEqualsToken, "+="],
]);

/** Calls whose texts are for people alone. */
const told = new Set(["describe", "Error", "debug", "info", "warning", "error"]);

/**
 * @param {string} path
 * @returns {Mutant[]} in the order of their places
 */
export function mutantsOf(path) {
  const text = readFileSync(path, "utf8");
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const mutants = [];
  const change = (node, is) => {
    const from = node.getStart(source);
    const was = text.slice(from, node.end);
    const line = source.getLineAndCharacterOfPosition(from).line + 1;
    mutants.push({ line, from, until: node.end, was, is });
  };
  const visit = (node) => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isTypeNode(node)) return;
    if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node) || isTold(node)) return;
    for (const [place, is] of changesOf(node, source)) change(place, is);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return mutants.sort((one, other) => one.from - other.from);
}

/** Pairs of a node and what may stand in its place. */
function* changesOf(node, source) {
  if (ts.isIfStatement(node) || ts.isWhileStatement(node)) yield* changesOfCondition(node, source);
  else if (ts.isConditionalExpression(node)) yield [node.condition, negated(node.condition, source)];
  else if (ts.isBinaryExpression(node)) yield* changesOfOperator(node);
  else if (ts.isExpressionStatement(node)) yield* changesOfStatement(node, source);
  else if (node.kind === Kind.TrueKeyword) yield [node, "false"];
  else if (node.kind === Kind.FalseKeyword) yield [node, "true"];
  else if (ts.isStringLiteral(node) && node.text !== "" && !ts.isPropertyName(node.parent))
    yield* emptied(node);
}

function* changesOfCondition(node, source) {
  yield [node.expression, negated(node.expression, source)];
  if (ts.isIfStatement(node) && node.elseStatement === undefined) yield [node.expression, "false"];
}

function* changesOfOperator({ operatorToken, left, right }) {
  const is = operators.get(operatorToken.kind);
  const isText = operatorToken.kind === Kind.PlusToken && [left, right].some(isTextNode);
  if (is !== undefined && !isText) yield [operatorToken, is];
}

/** A statement that is left out, and one that is not waited for. */
function* changesOfStatement(node, source) {
  if (ts.isStringLiteral(node.expression) || isSuper(node.expression)) return;
  yield [node, ";"];
  if (ts.isAwaitExpression(node.expression))
    yield [node, `void (${node.expression.expression.getText(source)});`];
}

function* emptied(node) {
  const isName = ts.isPropertyAssignment(node.parent) && node.parent.name === node;
  if (!isName && !ts.isLiteralTypeNode(node.parent)) yield [node, '""'];
}

const negated = (node, source) => `!(${node.getText(source)})`;
const isTextNode = (node) => ts.isStringLiteralLike(node) || ts.isTemplateExpression(node);
const isSuper = (node) => ts.isCallExpression(node) && node.expression.kind === Kind.SuperKeyword;

function isTold(node) {
  if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return false;
  const called = ts.isPropertyAccessExpression(node.expression) ? node.expression.name : node.expression;
  return told.has(called.getText());
}
