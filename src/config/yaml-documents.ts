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

type Contents = Document.Parsed["contents"];

interface Stream {
  readonly documents: readonly { readonly contents: Contents; readonly offset: number }[];
  readonly faults: readonly Fault[];
  readonly lines: LineCounter;
}

export interface Parsed {
  readonly contents: Contents;
  readonly faults: readonly Fault[];
  readonly lines: LineCounter;
}

/** The one document of a text. Warnings (unknown tags and directives) count as faults. */
export function parseYaml(text: string): Parsed {
  const { documents, faults, lines } = parseYamlStream(text);
  const [first, second] = documents;
  const all =
    second === undefined ? faults : [...faults, { code: "MULTIPLE_DOCS" as const, offset: second.offset }];
  return { contents: first?.contents ?? null, faults: all, lines };
}

/** Every document of a text, separated by `---`. */
export function parseYamlStream(text: string): Stream {
  const lines = new LineCounter();
  const parser = new Parser(lines.addNewLine);
  const composer = new Composer(dialect);
  lines.addNewLine(0);
  const tokens = [];
  for (const lexeme of new Lexer().lex(text)) {
    tokens.push(...parser.next(lexeme));
    if (parser.stack.length > maxDepth) {
      return { documents: [], faults: [{ code: "RESOURCE_EXHAUSTION", offset: parser.offset }], lines };
    }
  }
  tokens.push(...parser.end());
  const documents = [...composer.compose(tokens, true, text.length)];
  const faults = documents
    .flatMap((document) => [...document.errors, ...document.warnings])
    .map(({ code, pos }) => ({ code, offset: pos[0] }));
  return {
    documents: documents.map(({ contents, range }) => ({ contents, offset: range[0] })),
    faults,
    lines,
  };
}
