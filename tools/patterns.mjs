// Finds regular expressions of src whose time grows faster than the text: a sender of a long line would stop the agent.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { acceptedPatterns, patternMakers } from "./accepted-patterns.mjs";

// The analysis that runs everywhere and always says the same; the others are searches of a program of Java's.
process.env.RECHECK_SYNC_BACKEND = "pure";
const { checkSync } = await import("recheck");

const root = fileURLToPath(new URL("..", import.meta.url));
const tables = ["src/programs/judgement/plugins.json"];

const names = readdirSync(join(root, "src"), { recursive: true }).map((name) => `src/${name}`);
const files = names.filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"));

/** Every pattern of a file, and whether it makes others from text. */
function readPatterns(file) {
  const text = readFileSync(join(root, file), "utf8");
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const patterns = [];
  let makes = false;
  const visit = (node) => {
    if (ts.isRegularExpressionLiteral(node)) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart());
      const end = node.text.lastIndexOf("/");
      patterns.push({ file, line: line + 1, text: node.text.slice(1, end), flags: node.text.slice(end + 1) });
    }
    makes ||= ts.isIdentifier(node) && node.text === "RegExp" && !ts.isTypeReferenceNode(node.parent);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return { patterns, makes };
}

/** The anchored texts of a table are patterns. */
function tablePatterns(file) {
  const found = [];
  JSON.parse(readFileSync(join(root, file), "utf8"), (_key, value) => {
    if (typeof value === "string" && value.startsWith("^"))
      found.push({ file, line: 1, text: value, flags: "u" });
    return value;
  });
  return found;
}

/** The alternatives of a pattern's outermost level. */
function alternativesOf(text) {
  const parts = [""];
  let depth = 0;
  for (const [sign] of text.matchAll(/\\[\s\S]|\[(?:\\[\s\S]|[^\]\\])*\]|[\s\S]/g)) {
    if (sign === "(") depth += 1;
    if (sign === ")") depth -= 1;
    if (sign === "|" && depth === 0) parts.push("");
    else parts.push(parts.pop() + sign);
  }
  return parts;
}

/** What has to be linear: in a loop over all matches, an alternative that fails late is tried at each place. */
function analysed({ text, flags }) {
  if (flags.includes("y")) return [`^(?:${text})`];
  return flags.includes("g") ? [...new Set([text, ...alternativesOf(text)])] : [text];
}

function faultOf(pattern) {
  const flags = pattern.flags.replace(/[ydg]/g, "");
  for (const text of analysed(pattern)) {
    const { status, complexity, error } = checkSync(text, flags, { checker: "automaton", timeout: 60_000 });
    if (status === "vulnerable") return `takes ${complexity.type} time: ${complexity.summary}`;
    if (status === "unknown") return `cannot be analysed: ${error.message ?? error.kind}`;
  }
  return undefined;
}

const read = files.map((file) => ({ file, ...readPatterns(file) }));
const patterns = [...read.flatMap((one) => one.patterns), ...tables.flatMap(tablePatterns)];
const faults = [];
const used = new Set();
const known = new Map();
for (const pattern of patterns) {
  if (acceptedPatterns[pattern.file]?.[pattern.text] !== undefined) {
    used.add(`${pattern.file} ${pattern.text}`);
    continue;
  }
  const key = `${pattern.text}/${pattern.flags}`;
  if (!known.has(key)) known.set(key, faultOf(pattern));
  const fault = known.get(key);
  if (fault !== undefined) faults.push(`${pattern.file}:${pattern.line}: /${pattern.text}/ ${fault}`);
}
for (const { file, makes } of read) {
  if (makes && patternMakers[file] === undefined)
    faults.push(`${file}: makes a pattern from text; say why that is safe in tools/accepted-patterns.mjs`);
  if (!makes && patternMakers[file] !== undefined) faults.push(`${file}: makes no pattern any more`);
}
for (const [file, accepted] of Object.entries(acceptedPatterns)) {
  for (const text of Object.keys(accepted))
    if (!used.has(`${file} ${text}`)) faults.push(`${file}: no longer holds /${text}/`);
}
// Nothing read would be nothing found.
if (patterns.length < 400 || faultOf({ text: "\\s+$", flags: "" }) === undefined)
  faults.push(`only ${patterns.length} patterns were looked at, or none would be found`);
for (const fault of faults) console.error(fault);
process.exit(faults.length === 0 ? 0 : 1);
