// An option string ↔ its words, by the rules of POSIX sh (XCU 2.2, 2.3) without anything that sh would expand.

/** Words, or why the string means something only to a shell. */
export type ShellWords = { readonly words: string[] } | { readonly refused: string };

/** A word that sh compares with the names of files: where nothing matches it is left as it is (XCU 2.13.3). */
export interface PatternWord {
  /** Its place among the words. */
  readonly word: number;
  /** Where in the word its unquoted signs stand. */
  readonly signs: readonly number[];
  /** Why it needs a shell where something matches. */
  readonly refused: string;
}

/** The words with what is for others to see to: files that match, and `2>&1`. */
export interface ShellLine {
  readonly words: string[];
  readonly patterns: readonly PatternWord[];
  /** Why joining the outputs needs a shell; undefined where `2>&1` does not stand in it. */
  readonly joins: string | undefined;
}

const filePattern = "a file pattern";

/** Characters that end a word or start an operator, a pattern or an expansion where they are not quoted. */
const needsShell: Readonly<Record<string, string>> = {
  "|": "a pipe",
  "&": "a background job",
  ";": "a second command",
  "<": "a redirection",
  ">": "a redirection",
  "(": "a subshell",
  ")": "a subshell",
  "`": "a command substitution",
  "*": filePattern,
  "?": filePattern,
  "[": filePattern,
};

const blank = /[ \t]/;

interface Scan {
  readonly text: string;
  at: number;
  /** The word being read; undefined between words. */
  word: string | undefined;
  readonly words: string[];
  /** Of the word being read. */
  signs: number[];
  /** Of its first sign. */
  signRefused: string;
  readonly patterns: PatternWord[];
  joins: string | undefined;
}

/**
 * Splits as sh does. Refuses, and says why, where sh would expand, redirect, substitute or start anything, where a
 * quote is not closed, and NUL and line ends anywhere (CVE-2014-2913 came in by one).
 */
export function splitShellWords(text: string): ShellWords {
  const line = readShellLine(text);
  if ("refused" in line) return line;
  const refused = line.patterns[0]?.refused ?? line.joins;
  return refused === undefined ? { words: line.words } : { refused };
}

/** The same, but that patterns and `2>&1` are told of, for whoever can do what a shell does with them. */
export function readShellLine(text: string): ShellLine | { readonly refused: string } {
  const forbidden = /[\0\n\r]/.exec(text);
  if (forbidden !== null)
    return { refused: `it holds ${nameOf(forbidden[0])} at character ${forbidden.index + 1}` };
  const scan: Scan = {
    ...{ text, at: 0, word: undefined, words: [] },
    ...{ signs: [], signRefused: "", patterns: [], joins: undefined },
  };
  while (scan.at < text.length) {
    const refused = readNext(scan);
    if (refused !== undefined) return { refused };
  }
  endWord(scan);
  const { words, patterns, joins } = scan;
  return { words, patterns, joins };
}

/** A word written so that sh and `splitShellWords` read it back as it was. */
export function quoteShellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

function readNext(scan: Scan): string | undefined {
  const character = scan.text[scan.at] ?? "";
  if (blank.test(character)) {
    endWord(scan);
    scan.at += 1;
    return undefined;
  }
  if (character === "'") return readSingleQuoted(scan);
  if (character === '"') return readDoubleQuoted(scan);
  if (character === "\\") return readEscaped(scan);
  return readPlain(scan, character);
}

function readPlain(scan: Scan, character: string): string | undefined {
  if (readJoin(scan)) return undefined;
  const why = needsShell[character];
  if (why === filePattern) {
    if (scan.signs.length === 0) scan.signRefused = refusal(scan, why);
    scan.signs.push(scan.word?.length ?? 0);
  } else if (why !== undefined) return refusal(scan, why);
  if (character === "$" && expands(scan, scan.at, false)) return refusal(scan, "an expansion");
  if (character === "~" && expandsTilde(scan)) return refusal(scan, "a home directory");
  if (character === "#" && scan.word === undefined) return refusal(scan, "a comment");
  append(scan, character);
  scan.at += 1;
  return undefined;
}

/** `2>&1` where it stands alone: the outputs are joined, and it is no word. */
function readJoin(scan: Scan): boolean {
  const join = /2>&1(?=[ \t]|$)/y;
  join.lastIndex = scan.at;
  if (scan.word !== undefined || !join.test(scan.text)) return false;
  scan.at += 1;
  scan.joins ??= refusal(scan, "a redirection");
  scan.at = join.lastIndex;
  return true;
}

function readSingleQuoted(scan: Scan): string | undefined {
  const end = scan.text.indexOf("'", scan.at + 1);
  if (end < 0) return refusal(scan, "a quote that is not closed");
  append(scan, scan.text.slice(scan.at + 1, end));
  scan.at = end + 1;
  return undefined;
}

function readDoubleQuoted(scan: Scan): string | undefined {
  const quoted = /"(?:[^"\\]|\\[\s\S])*"/y;
  quoted.lastIndex = scan.at;
  if (!quoted.test(scan.text)) return refusal(scan, "a quote that is not closed");
  const end = quoted.lastIndex - 1;
  append(scan, "");
  for (scan.at += 1; scan.at < end; scan.at += 1) {
    const refused = readInsideDouble(scan);
    if (refused !== undefined) return refused;
  }
  scan.at = end + 1;
  return undefined;
}

/** Between double quotes a backslash quotes only what would mean something there (XCU 2.2.3). */
function readInsideDouble(scan: Scan): string | undefined {
  const character = scan.text[scan.at];
  if (character === "`") return refusal(scan, "a command substitution");
  if (character === "$" && expands(scan, scan.at, true)) return refusal(scan, "an expansion");
  if (character === "\\" && '$`"\\'.includes(scan.text[scan.at + 1] ?? " ")) scan.at += 1;
  append(scan, scan.text[scan.at] ?? "");
  return undefined;
}

function readEscaped(scan: Scan): string | undefined {
  const next = scan.text[scan.at + 1];
  append(scan, next ?? "\\");
  scan.at += 2;
  return undefined;
}

/** A dollar sign expands when a name, a digit, a brace, a parenthesis or a special parameter follows. */
function expands(scan: Scan, at: number, quoted: boolean): boolean {
  const next = scan.text[at + 1];
  if (next === undefined) return false;
  return /[A-Za-z0-9_{(@*#?$!-]/.test(next) || (!quoted && (next === "'" || next === '"'));
}

/** A tilde expands at the start of a word. After `=` or `:` some shells expand it too; such words are refused. */
function expandsTilde(scan: Scan): boolean {
  return scan.word === undefined || /[=:]$/.test(scan.word);
}

function append(scan: Scan, text: string): void {
  scan.word = (scan.word ?? "") + text;
}

function endWord(scan: Scan): void {
  const { signs, signRefused: refused } = scan;
  if (signs.length > 0) scan.patterns.push({ word: scan.words.length, signs, refused });
  scan.signs = [];
  if (scan.word !== undefined) scan.words.push(scan.word);
  scan.word = undefined;
}

function refusal(scan: Scan, what: string): string {
  return `it holds ${what} (${JSON.stringify(scan.text[scan.at])} at character ${scan.at + 1}), which needs a shell; put it in quotes, or set programs.shell: true`;
}

function nameOf(character: string): string {
  return character === "\0" ? "a NUL" : "a line end";
}
