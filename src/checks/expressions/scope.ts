// What an expression of this host can see, and how its placeholders are bound: once, when it is compiled.

import { Missing, type Value } from "../../languages/expression/index.ts";
import type { Reading } from "../../metric/reading.ts";
import type { FunctionHost } from "../functions/index.ts";
import { atPath } from "../running/macros.ts";
import { dataPath } from "./data-path.ts";

/** Where the last reading of every collector is. */
export interface Readings {
  of(collector: string): Reading | undefined;
  isSettled(collector: string): boolean;
}

/** What one evaluation is given. */
export interface Scope {
  readonly readings: Readings;
  readonly host: FunctionHost;
  /** Of the object's own `variables`, in the order of their names there. */
  readonly variables: readonly Value[];
}

/** What an object brings for its placeholders. */
export interface Surroundings {
  /** Looked up from the first to the last: the check, its service, the global variables. */
  readonly configuration: readonly unknown[];
  /** Undefined: the object cannot have parameters. */
  readonly parameters: Readonly<Record<string, unknown>> | undefined;
  /** Names of its `variables`, in their order. */
  readonly variables: readonly string[];
}

/** A value that stays, or how it is read; undefined: nothing of that name is known. */
export type Binding = Value | ((scope: Scope) => Value | Missing | undefined) | undefined;

/** What a placeholder's name stands for; undefined when it names nothing that there is. */
export function bindPlaceholder(name: string, surroundings: Surroundings, asked: Set<string>): Binding {
  const dot = name.indexOf(".");
  const prefix = dot < 0 ? name : name.slice(0, dot);
  const path = dot < 0 ? "" : name.slice(dot + 1);
  if (prefix === "collector") return bindCollector(name, path, asked);
  if (prefix === "configuration") return bindFirst(path, surroundings.configuration);
  if (prefix === "parameters" && surroundings.parameters !== undefined)
    return bindFirst(path, [surroundings.parameters]);
  if (prefix === "variables") return bindVariable(path, surroundings.variables);
  return undefined;
}

function bindCollector(name: string, path: string, asked: Set<string>): Binding {
  const dot = path.indexOf(".");
  const collector = dot < 0 ? path : path.slice(0, dot);
  const find = dot < 0 ? (reading: Reading) => reading : dataPath(path.slice(dot + 1));
  const missing = new Missing(name);
  asked.add(collector);
  return ({ readings }) => {
    const reading = readings.of(collector);
    return (reading === undefined ? undefined : (find(reading) as Value | undefined)) ?? missing;
  };
}

/** `A|B` is the first that there is; nothing is an empty text (contract opsbro §2.1). Bound for good. */
function bindFirst(path: string, places: readonly unknown[]): Binding {
  for (const alternative of path.split("|")) {
    const wanted = alternative.trim().replace(/^(configuration|parameters)\./, "");
    for (const place of places) {
      const value = atPath(place, wanted);
      if (value !== undefined) return value as Value;
    }
  }
  return "";
}

function bindVariable(name: string, names: readonly string[]): Binding {
  const place = names.indexOf(name);
  return place < 0 ? undefined : ({ variables }) => variables[place] ?? "";
}
