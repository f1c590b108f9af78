// From a key and its value in a document to an object with an id and a name.
import { basename, dirname } from "node:path";
import { foundWords } from "../expected.ts";
import type { Problem } from "../problem.ts";
import { child, type Entry, type Mapping } from "../tree.ts";
import type { ObjectKind } from "./object-kind.ts";
import type { Pack } from "./pack.ts";
import { type ObjectDefinition, placesOf } from "./written.ts";

export interface ObjectSource {
  readonly file: string;
  /** Below the directory that the id begins in, with `/` between the parts. */
  readonly name: string;
  readonly pack: Pack | undefined;
}

export interface WrittenObject {
  readonly kind: ObjectKind;
  /** As it was written, such as `installer`. */
  readonly key: string;
  readonly entry: Entry;
  /** 1 for the first object of its kind in the file. */
  readonly number: number;
}

/** The object, or why there is none (contract 1.2: ids and names). */
export function defineObject(written: WrittenObject, source: ObjectSource): ObjectDefinition | Problem {
  const { kind, key, entry } = written;
  const body = entry.tree;
  if (body.kind !== "mapping") return notMapping(written);
  const stem = stemOf(kind, source.name);
  const suffix = written.number === 1 ? "" : `-${written.number}`;
  const given = textAt(body, "id");
  const id = given ?? `${stem}${suffix}`;
  const name = given ?? textAt(body, "name") ?? `${basename(stem)}${suffix}`;
  const { pack, file } = source;
  const whole = pack === undefined ? id : `${pack.name}/${id}`;
  const label = `${kind} ${whole}`;
  return { kind, id: whole, name, pack, file, body, path: [key], label, placeOf: placesOf(body) };
}

/** Upstream stops over `check: 3` (contract 1.2); here it costs that object. */
function notMapping({ key, entry: { tree } }: WrittenObject): Problem {
  const hint = tree.kind === "list" ? "; write each object as a document of its own, with --- between" : "";
  return { place: tree.place, path: [key], text: `expected a mapping, found ${foundWords(tree)}${hint}` };
}

/** A tutorial is called by its directory: the file is `<name>/tutorial.yml`. */
function stemOf(kind: ObjectKind, file: string): string {
  const stem = file.replace(/\.[a-z]+$/, "");
  const directory = dirname(stem);
  return kind === "tutorial" && basename(stem) === "tutorial" && directory !== "." ? directory : stem;
}

/** A name that people can type; everything else about it is for the stage's schema. */
function textAt(body: Mapping, key: string): string | undefined {
  const leaf = child(body, key);
  if (leaf?.kind !== "leaf" || (typeof leaf.value !== "string" && typeof leaf.value !== "number"))
    return undefined;
  const text = String(leaf.value);
  return text === "" || text.length > 200 || /\p{Cc}/u.test(text) ? undefined : text;
}
