// Reads what stands between tags, up to the tag that ends it, and compiles it to what writes it.
import type { Compiler } from "../expression/compiler.ts";
import { ExpressionError, shown } from "../expression/expression-error.ts";
import { startReader } from "../expression/parse.ts";
import { parseChoice } from "../expression/parse-operators.ts";
import { current, expectName, type Reader, skip, unexpected } from "../expression/reader.ts";
import type { Step } from "../expression/step.ts";
import { measureTree, type Node } from "../expression/syntax.ts";
import { spend } from "../expression/work.ts";
import type { Chunk } from "./cut.ts";
import type { Block, Frame, Render, TemplateLimits, TemplateRun } from "./frame.ts";
import { write } from "./frame.ts";
import { faultAt } from "./template-error.ts";
import { escapeHtml, isMarked, printedText } from "./text.ts";

/** A tag's name is read already; the reader stands behind it. */
export type Tag = (parser: Parser, reader: Reader) => Render;

/** One template that is being read. */
export interface Parser {
  readonly name: string;
  readonly chunks: readonly Chunk[];
  readonly limits: TemplateLimits;
  readonly compiler: Compiler<Frame>;
  readonly tags: ReadonlyMap<string, Tag>;
  readonly blocks: Map<string, Block>;
  readonly lineAt: (at: number) => number;
  place: number;
  depth: number;
}

export interface Body {
  readonly render: Render;
  /** The name of the tag that ended it; undefined at the end of the template. */
  readonly ender: string | undefined;
  /** Stands behind the name of that tag. */
  readonly reader: Reader | undefined;
}

/** Tags within tags. */
const deepest = 50;

/** Reads up to one of the enders, or the end of the template when none is told. */
export function parseBody(parser: Parser, enders: readonly string[] = []): Body {
  const renders: Render[] = [];
  const opened = parser.chunks[parser.place - 1]?.at ?? 0;
  for (let chunk = nextChunk(parser); chunk !== undefined; chunk = nextChunk(parser)) {
    if (chunk.kind !== "tag") {
      renders.push(chunk.kind === "text" ? textRender(chunk.text) : printRender(parser, chunk));
      continue;
    }
    const reader = readerOf(parser, chunk);
    const { text: name, at } = expectName(reader);
    if (enders.includes(name)) return { render: sequence(renders), ender: name, reader };
    renders.push(located(parser, at, tagRender(parser, reader, { name, at })));
  }
  if (enders.length > 0) throw new ExpressionError(`${enders.join(" or ")} is missing`, { at: opened });
  return { render: sequence(renders), ender: undefined, reader: undefined };
}

function nextChunk(parser: Parser): Chunk | undefined {
  parser.place += 1;
  return parser.chunks[parser.place - 1];
}

type TokenChunk = Exclude<Chunk, { readonly kind: "text" }>;

function readerOf({ limits }: Parser, { tokens }: TokenChunk): Reader {
  return startReader(tokens, { dialect: "template", limits });
}

function tagRender(parser: Parser, reader: Reader, { name, at }: { name: string; at: number }): Render {
  const tag = parser.tags.get(name);
  if (tag === undefined)
    throw new ExpressionError(`the tag ${shown(name)} is unknown, or out of its place`, { at });
  parser.depth += 1;
  if (parser.depth > deepest) throw new ExpressionError(`tags are nested deeper than ${deepest}`, { at });
  const render = tag(parser, reader);
  parser.depth -= 1;
  return render;
}

/** A body up to its one ender, of which nothing is left to be read. */
export function parseBodyTo(parser: Parser, ender: string): Render {
  const { render, reader } = parseBody(parser, [ender]);
  if (reader !== undefined) finish(reader);
  return render;
}

/** Throws when something is left in a tag. */
export function finish(reader: Reader): void {
  if (current(reader).kind !== "end") throw unexpected(current(reader));
}

function sequence(renders: readonly Render[]): Render {
  const [only] = renders;
  if (renders.length === 1 && only !== undefined) return only;
  return (run) => {
    for (const render of renders) render(run);
  };
}

function textRender(text: string): Render {
  return (run) => write(run, text);
}

function printRender(parser: Parser, chunk: TokenChunk): Render {
  const reader = readerOf(parser, chunk);
  const step = parseStep(parser, reader, parseTuple);
  finish(reader);
  return located(parser, chunk.at, (run) => {
    const operand = step(run);
    const text = printedText(operand, parser.limits.textLength);
    write(run, run.scope.isEscaping && !isMarked(operand) ? escapeHtml(text) : text);
  });
}

/** One expression of a tag, or several with commas between them as a tuple. */
export function parseTuple(reader: Reader, parse: (reader: Reader) => Node = parseChoice): Node {
  const first = parse(reader);
  const { at } = current(reader);
  if (!skip(reader, ",")) return first;
  const items = [first];
  while (!["end", "symbol"].includes(current(reader).kind) || /^[[({+-]$/.test(current(reader).text)) {
    items.push(parse(reader));
    if (!skip(reader, ",")) break;
  }
  return { kind: "tuple", items, at };
}

/** Compiles what is read next. Its parts are counted whenever it is evaluated. */
export function parseStep(
  { compiler, limits }: Parser,
  reader: Reader,
  parse: (reader: Reader) => Node = parseChoice,
): Step<Frame> {
  const node = parse(reader);
  const count = measureTree(node, limits.depth);
  const step = compiler.step(node);
  return (run) => {
    spend(run.work, count);
    return step(run);
  };
}

/** Faults of filling get the line of the tag. */
function located({ name, lineAt }: Parser, at: number, render: Render): Render {
  const place = { template: name, line: lineAt(at) };
  return (run: TemplateRun) => {
    try {
      render(run);
    } catch (thrown) {
      throw faultAt(thrown, place);
    }
  };
}
