// Text to syntax tree, with a bound on nesting: past a few thousand levels the composer exhausts the stack.
import { Composer, type Document, Lexer, LineCounter, Parser, type YAMLError } from "yaml";

/** Levels of lists and mappings in one text, also through aliases. */
export const maxDepth = 100;

/** YAML 1.2 core with `<<`, whatever a %YAML line asks for. Keys that come twice are found when the tree is read. */
const dialect = {
  version: "1.2",
  schema: "core",
  merge: true,
  resolveKnownTags: false,
  uniqueKeys: false,
} as const;

interface Fault {
  readonly code: YAMLError["code"];
  readonly offset: number;
}

export interface Parsed {
  readonly contents: Document.Parsed["contents"];
  readonly faults: readonly Fault[];
  readonly lines: LineCounter;
}

/** The one document of a text. Warnings (unknown tags and directives) count as faults. */
export function parseYaml(text: string): Parsed {
  const lines = new LineCounter();
  const parser = new Parser(lines.addNewLine);
  const composer = new Composer(dialect);
  lines.addNewLine(0);
  const tokens = [];
  for (const lexeme of new Lexer().lex(text)) {
    tokens.push(...parser.next(lexeme));
    if (parser.stack.length > maxDepth) {
      return { contents: null, faults: [{ code: "RESOURCE_EXHAUSTION", offset: parser.offset }], lines };
    }
  }
  tokens.push(...parser.end());
  const documents = [...composer.compose(tokens, true, text.length)];
  const [first, second] = documents;
  const faults: Fault[] = documents
    .flatMap((document) => [...document.errors, ...document.warnings])
    .map(({ code, pos }) => ({ code, offset: pos[0] }));
  if (second !== undefined) faults.push({ code: "MULTIPLE_DOCS", offset: second.range[0] });
  return { contents: first?.contents ?? null, faults, lines };
}
