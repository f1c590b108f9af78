// An object file from the disk to its documents.
import { readTrusted } from "../../kernel/trusted-file.ts";
import type { TrustRules } from "../../kernel/trusted-path.ts";
import { configText, placeIn } from "../config-text.ts";
import { foundWords } from "../expected.ts";
import { readingReason } from "../read-limited.ts";
import type { Mapping } from "../tree.ts";
import { readObjectText } from "./object-text.ts";
import { problemAt, type Reading } from "./reading.ts";

/** More than this in one file of objects is a mistake. */
export const maxFileBytes = 1024 ** 2;

/** True of what opsbro reads in any of its generations (contract 1.2), except editors' hidden files. */
export function isObjectFile(name: string): boolean {
  return /^[^.].*\.(ya?ml|json)$/s.test(name);
}

/**
 * The mappings in a file. Upstream stops the agent over a file that it cannot read or parse; here it costs only that
 * file, and stands among the problems.
 */
export function readDocuments(path: string, { problems, rules }: Reading): readonly Mapping[] {
  const text = textOf(path, rules);
  if (typeof text !== "string") {
    problems.push(text);
    return [];
  }
  const read = readObjectText(text, placeIn(path));
  problems.push(...read.problems);
  return read.trees.flatMap((tree) => {
    if (tree.kind === "mapping") return [tree];
    const words = `expected a mapping with the object's kind as its key, found ${foundWords(tree)}`;
    problems.push({ place: tree.place, path: [], text: words });
    return [];
  });
}

function textOf(path: string, rules: TrustRules) {
  try {
    return configText(path, readTrusted(path, { limitBytes: maxFileBytes }, rules));
  } catch (error) {
    return problemAt(path, `cannot be read: ${readingReason(error)}`);
  }
}
