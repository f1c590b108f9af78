// A piece of configuration that a stage reads with its own schema: an object, a module's settings.
import { nearestPlace } from "../subject.ts";
import { type Mapping, type Path, placeText } from "../tree.ts";
import type { ModuleName, ObjectKind } from "./object-kind.ts";
import type { Pack } from "./pack.ts";

/** What `readObject` needs to read a body and to say where it is wrong. */
export interface Written {
  /** For people: `check redis/memory`, `statsd`. */
  readonly label: string;
  /** Where the body stands in its document: `["check"]`. */
  readonly path: Path;
  readonly body: Mapping;
}

export interface ObjectDefinition extends Written {
  readonly kind: ObjectKind;
  /**
   * Unique among the objects of its kind. In local files the path below their directory without its ending
   * (`checks/cpu`), or the body's own `id`; the pack's name and a slash stand before it in packs (`redis/memory`).
   */
  readonly id: string;
  /** The body's `id` or `name`, otherwise the last part of the path; what other objects call it by. */
  readonly name: string;
  /** Undefined: local configuration. */
  readonly pack: Pack | undefined;
  /** Absolute. */
  readonly file: string;
  /** `file:line:column` of what stands at a path in the body, or of the nearest thing above it. */
  readonly placeOf: (path: Path) => string;
}

/** Settings of a module from the local configuration. */
export interface ModuleDefinition extends Written {
  readonly kind: ModuleName;
  readonly file: string;
}

/** The `placeOf` of a body. */
export function placesOf(body: Mapping): (path: Path) => string {
  return (path) => placeText(nearestPlace(body, path));
}
