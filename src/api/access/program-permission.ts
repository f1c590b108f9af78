// Which check plugins a caller may run: all, those that are named, or those that were judged to do no harm.
import { wildcards } from "../../kernel/wildcard.ts";

/**
 * `any`: whatever stands in the plugin directories. `connecting`: plugins that were judged harmless, and those that only
 * connect to a target that may be asked. `harmless`: the former alone.
 */
export type ProgramPermission = "any" | "connecting" | "harmless" | NamedPrograms;

export interface NamedPrograms {
  /** Whether the program of that name is one of them; a program that is may be given any option. */
  has(name: string): boolean;
}

/** `*` stands for any characters. */
export function namedPrograms(patterns: readonly string[]): NamedPrograms {
  return { has: wildcards(patterns) };
}

/** Whether the name alone decides, and how; undefined where the program has to be judged. */
export function byName(permission: ProgramPermission, name: string): boolean | undefined {
  if (typeof permission === "object") return permission.has(name);
  return permission === "any" ? true : undefined;
}
