// The parameters in a YAML file with the comments that explain them (contract 1.6: get, show).
import { commentsAt } from "./parameter-comments.ts";
import { entryOf, type ParameterText, readParameterText } from "./parameter-text.ts";

export interface Parameter {
  readonly key: string;
  readonly value: unknown;
  /** Lines above the key and behind its value, without `#`. */
  readonly comments: readonly string[];
}

/** Throws `usage.wrong` when the key is not there; `config.unreadable`, `config.invalid`. */
export function getParameter(path: string, key: string): Parameter {
  return parameterAt(readParameterText(path), key);
}

/** All of them, in the order of the file. */
export function showParameters(path: string): readonly Parameter[] {
  const file = readParameterText(path);
  return Object.keys(file.values).map((key) => parameterAt(file, key));
}

function parameterAt(file: ParameterText, key: string): Parameter {
  const entry = entryOf(file, key);
  return { key, value: file.values[key], comments: commentsAt(file.text, entry) };
}
