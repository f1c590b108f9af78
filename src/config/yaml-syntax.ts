// What is wrong with a text that is not YAML, in our own words: the parser's quote the text, which may be a secret.
import type { ErrorCode } from "yaml";

const sentences: Partial<Record<ErrorCode, string>> = {
  BAD_ALIAS: "this alias has no name; put a value that begins with * in quotes",
  BAD_DIRECTIVE: "this % line is no YAML directive",
  BAD_DQ_ESCAPE: "this \\ escape is not known; use single quotes, or write \\\\ for a backslash",
  BAD_INDENT: "the indentation does not fit the lines above, or a closing bracket is missing",
  BAD_SCALAR_START: "a value cannot begin with this character; put it in quotes",
  BLOCK_AS_IMPLICIT_KEY: 'a second key on one line; put a value that holds ": " in quotes',
  BLOCK_IN_FLOW: "inside [ ] and { } items are separated by commas, not by lines",
  MISSING_CHAR: "a closing quote, a closing bracket or a colon is missing",
  MULTILINE_IMPLICIT_KEY:
    "a key must stand on one line with its colon; is a colon missing, or the indentation wrong?",
  MULTIPLE_DOCS: "a second document begins here; a file holds one",
  RESOURCE_EXHAUSTION: "the values are nested too deeply",
  TAB_AS_INDENT: "a tab stands in the indentation; indent with spaces",
  TAG_RESOLVE_FAILED: "tags such as !name are not used here; put a value that begins with ! in quotes",
};

/** One sentence on a syntax error; `lineText` is the line it stands in. */
export function syntaxSentence(code: ErrorCode, lineText: string): string {
  const sentence = sentences[code] ?? "this is not YAML, or does not fit here";
  const tab = code !== "TAB_AS_INDENT" && /^ *\t/.test(lineText);
  return tab ? `${sentence}; a tab stands in the indentation, indent with spaces` : sentence;
}
