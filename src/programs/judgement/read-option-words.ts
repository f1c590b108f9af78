// Words of a command line as getopt_long reads them; what it would have to guess at is refused.

export interface OptionGrammar {
  readonly style: "getopt" | "separate";
  /** Each spelling, such as `-w` or `--warning` → its kind. `flag` takes no value; `?…` may have one attached. */
  readonly kinds: ReadonlyMap<string, string>;
}

/** A value and where it stands: in `words[index]`, after `prefix`. A flag has none. */
export interface GivenValue {
  readonly kind: string;
  readonly value: string | undefined;
  readonly index: number;
  readonly prefix: string;
}

/** `positional` are the words that are no options; their kind is empty. */
export type OptionReading =
  | { readonly given: readonly GivenValue[]; readonly positional: readonly GivenValue[] }
  | { readonly refused: string };

interface Reader {
  readonly words: readonly string[];
  readonly grammar: OptionGrammar;
  readonly given: GivenValue[];
  readonly positional: GivenValue[];
  at: number;
  ended: boolean;
}

/**
 * Long options are taken only as they are written out, never abbreviated, and no option may follow a word that is none:
 * whether it is still read as one differs from plugin to plugin.
 */
export function readOptionWords(words: readonly string[], grammar: OptionGrammar): OptionReading {
  const reader: Reader = { words, grammar, given: [], positional: [], at: 0, ended: false };
  while (reader.at < words.length) {
    const refused = readWord(reader);
    if (refused !== undefined) return { refused };
    reader.at += 1;
  }
  return { given: reader.given, positional: reader.positional };
}

function readWord(reader: Reader): string | undefined {
  const word = reader.words[reader.at] ?? "";
  // Perl's Getopt::Long takes a plus for a dash.
  if (reader.grammar.style === "separate" && word.startsWith("+")) return unknownOption(word);
  if (reader.ended || word === "-" || !word.startsWith("-")) {
    reader.positional.push({ kind: "", value: word, index: reader.at, prefix: "" });
    return undefined;
  }
  if (reader.positional.length > 0) return `an option after a word that is none: ${word}`;
  if (word === "--") {
    reader.ended = true;
    return undefined;
  }
  if (word.startsWith("--")) return readLong(reader, word);
  return reader.grammar.style === "separate" ? readWhole(reader, word) : readCluster(reader, word);
}

function readLong(reader: Reader, word: string): string | undefined {
  const equals = word.indexOf("=");
  const spelling = equals < 0 ? word : word.slice(0, equals);
  const kind = reader.grammar.kinds.get(spelling);
  if (kind === undefined) return unknownOption(spelling);
  if (equals < 0)
    return kind === "flag" || kind.startsWith("?") ? take(reader, kind) : takeNext(reader, kind);
  if (kind === "flag") return `a value for ${spelling}, which takes none`;
  return take(reader, kind, word.slice(0, equals + 1));
}

function readWhole(reader: Reader, word: string): string | undefined {
  const kind = reader.grammar.kinds.get(word);
  if (kind === undefined) return unknownOption(word);
  return kind === "flag" ? take(reader, kind) : takeNext(reader, kind);
}

/** `-vw5`: flags up to the first option with a value, which is the rest of the word or the next one. */
function readCluster(reader: Reader, word: string): string | undefined {
  const letters = [...word].slice(1);
  for (const [index, letter] of letters.entries()) {
    const kind = reader.grammar.kinds.get(`-${letter}`);
    if (kind === undefined) return unknownOption(`-${letter}`);
    if (kind === "flag") {
      take(reader, kind);
      continue;
    }
    const prefix = `-${letters.slice(0, index + 1).join("")}`;
    if (prefix.length < word.length) return take(reader, kind, prefix);
    return kind.startsWith("?") ? take(reader, kind) : takeNext(reader, kind);
  }
  return undefined;
}

/** With a prefix, the value is the rest of the word; without one there is none. */
function take(reader: Reader, kind: string, prefix?: string): undefined {
  const value = prefix === undefined ? undefined : (reader.words[reader.at] ?? "").slice(prefix.length);
  reader.given.push({ kind, value, index: reader.at, prefix: prefix ?? "" });
}

function takeNext(reader: Reader, kind: string): string | undefined {
  const value = reader.words[reader.at + 1];
  if (value === undefined) return "an option without its value";
  if (reader.grammar.style === "separate" && value.startsWith("-"))
    return `a value that looks like an option: ${value}`;
  reader.at += 1;
  reader.given.push({ kind, value, index: reader.at, prefix: "" });
  return undefined;
}

function unknownOption(spelling: string): string {
  return `the option ${spelling}`;
}
