// A pack: a directory that brings objects and parameters for one application (contract 1.4).

/** From the lowest to the highest priority. */
export const packLevels = ["core", "global", "zone", "local"] as const;

export type PackLevel = (typeof packLevels)[number];

/** What `package.yml` tells; empty where it is silent. None of it changes what the pack does. */
export interface PackFacts {
  readonly version: string;
  readonly description: string;
  readonly homepage: string;
  readonly author: string;
  readonly license: string;
  readonly repository: string;
  /** The first is the main topic. */
  readonly topics: readonly string[];
  readonly types: readonly string[];
  readonly keywords: readonly string[];
  readonly contributors: readonly string[];
  /** Pack name → wanted version, such as `>=1.0`; nobody enforces it. */
  readonly dependencies: Readonly<Record<string, string>>;
}

export interface Pack {
  readonly name: string;
  readonly level: PackLevel;
  /** Absolute. */
  readonly directory: string;
  /** The `package.yml`, absolute. */
  readonly packageFile: string;
  readonly facts: PackFacts;
  /** The file of parameter values, absolute; undefined when the pack has none. */
  readonly parametersFile: string | undefined;
  /** False when a pack of the same name stands on a higher level: then nothing of this one is loaded. */
  readonly winning: boolean;
  /** True when the configuration switched the name off: then nothing of it is loaded on any level. */
  readonly disabled: boolean;
  /** Python files in it, relative to its directory. They are not run. */
  readonly code: readonly string[];
}

/** `global.redis`, as the command line names it. */
export function packAddress({ level, name }: Pick<Pack, "level" | "name">): string {
  return `${level}.${name}`;
}
