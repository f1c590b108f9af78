// Objects as they are found, one of each kind and id.
import type { Problem } from "../problem.ts";
import type { Entry, Mapping } from "../tree.ts";
import { defineObject, type ObjectSource } from "./define-object.ts";
import { type ObjectKind, objectKindOf } from "./object-kind.ts";
import type { ObjectDefinition } from "./written.ts";

export interface ObjectList {
  readonly objects: ReadonlyMap<string, ObjectDefinition>;
  /** Takes the objects of one file; keys that name no kind go to `other`. */
  readonly takeFile: (documents: readonly Mapping[], source: ObjectSource, other: TakeOther) => void;
}

/** False when the object under that key must not stand there; the taker tells why. */
export interface TakeOther {
  readonly key: (key: string, entry: Entry) => void;
  readonly isAllowed?: (kind: ObjectKind, key: string, entry: Entry) => boolean;
}

/** A second object of one kind and id is a problem; the first stays. */
export function objectList(problems: Problem[]): ObjectList {
  const objects = new Map<string, ObjectDefinition>();
  const take = (made: ObjectDefinition | Problem) => {
    if ("text" in made) {
      problems.push(made);
      return;
    }
    const address = objectAddress(made);
    const first = objects.get(address);
    if (first === undefined) objects.set(address, made);
    else problems.push(twice(made, first));
  };
  const takeFile: ObjectList["takeFile"] = (documents, source, other) => {
    const numbers = new Map<ObjectKind, number>();
    const entries = documents.flatMap((document) => [...document.entries]);
    for (const [key, entry] of entries) {
      const kind = objectKindOf(key);
      if (kind === undefined) other.key(key, entry);
      else if (other.isAllowed?.(kind, key, entry) !== false) {
        const number = (numbers.get(kind) ?? 0) + 1;
        numbers.set(kind, number);
        take(defineObject({ kind, key, entry, number }, source));
      }
    }
  };
  return { objects, takeFile };
}

/** One text for kind and id. */
export function objectAddress({ kind, id }: Pick<ObjectDefinition, "kind" | "id">): string {
  return `${kind} ${id}`;
}

function twice(made: ObjectDefinition, first: ObjectDefinition): Problem {
  const text = `this name is taken by the one in ${first.placeOf([])}; this one is not used`;
  return { place: made.body.place, path: made.path, text, about: made.label };
}
