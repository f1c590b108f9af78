// What stages see of packs and local objects: which there are, their parameters, their templates.
import type { Problem } from "../problem.ts";
import type { AgentParameters } from "./agent-parameters.ts";
import type { ModuleName, ObjectKind } from "./object-kind.ts";
import type { Pack } from "./pack.ts";
import type { ModuleDefinition, ObjectDefinition, Written } from "./written.ts";

export interface PackSet {
  /** Of all levels, from core to local, in each by directory name; also those that do not win. */
  readonly packs: readonly Pack[];
  /** The data directory that holds `<level>-configuration/packs`. */
  readonly levels: string;
  /**
   * Objects of the winning packs that are not disabled, then of the local configuration. A local object hides the
   * pack's object of the same kind and id; where objects are called by their bare name (handler, generator,
   * compliance, installor, dashboard, tutorial, zone) also the one of the same name.
   */
  readonly objects: (kind: ObjectKind) => readonly ObjectDefinition[];
  /** Forgets the objects, with every line and column that they were written at: whoever needed them has read them. */
  readonly release: () => void;
  /** The pack's own values, of whichever level; empty when it has none. */
  readonly parametersOf: (pack: Pick<Pack, "directory">) => Readonly<Record<string, unknown>>;
  /** Module objects of the local configuration. */
  readonly modules: ReadonlyMap<ModuleName, ModuleDefinition>;
  /**
   * What a module is set to, ready for `readObject`: keys of its local object win over the parameters of the winning
   * pack of that name (contract 1.4). Undefined when neither exists.
   */
  readonly settingsOf: (name: string) => Written | undefined;
  /** The file of a template that an object names; undefined when there is none, or its name leaves the directory. */
  readonly templatePath: (definition: ObjectDefinition, file: string) => string | undefined;
  /** Unknown top-level keys of opsbro's main file: global variables (contract 1.2). */
  readonly globals: Readonly<Record<string, unknown>>;
  /** What was given rightly; nothing has a default here (contract 1.3). */
  readonly agentParameters: AgentParameters;
  /** opsbro's main file, absolute. */
  readonly mainFile: string | undefined;
  readonly problems: readonly Problem[];
}
