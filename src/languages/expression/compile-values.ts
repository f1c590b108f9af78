// Compiles literals of lists and their like, and what is taken out of them.

import { setOf } from "./comparison.ts";
import type { Compiler } from "./compiler.ts";
import { dictionaryOf } from "./dictionary.ts";
import { partOf } from "./sequence.ts";
import type { Run, Step } from "./step.ts";
import type { NodeOf } from "./syntax.ts";
import { present, Tuple, type Value } from "./value.ts";

export function compileItems<Scope>(
  node: NodeOf<"list" | "tuple" | "set">,
  compiler: Compiler<Scope>,
): Step<Scope> {
  const steps = node.items.map((item) => compiler.step(item));
  switch (node.kind) {
    case "list":
      return (run) => valuesOf(steps, run);
    case "tuple":
      return (run) => new Tuple(valuesOf(steps, run));
    case "set":
      return (run) => setOf(valuesOf(steps, run), run.work);
  }
}

/** What steps come to, all of it present. */
export function valuesOf<Scope>(steps: readonly Step<Scope>[], run: Run<Scope>): Value[] {
  const values: Value[] = [];
  for (const step of steps) values.push(present(step(run)));
  return values;
}

export function compileDictionary<Scope>(node: NodeOf<"dictionary">, compiler: Compiler<Scope>): Step<Scope> {
  const entries = node.entries.map(([key, value]) => [compiler.step(key), compiler.step(value)] as const);
  return (run) => dictionaryOf(entries.map(([key, value]) => [present(key(run)), present(value(run))]));
}

export function compilePart<Scope>(node: NodeOf<"part">, compiler: Compiler<Scope>): Step<Scope> {
  const target = compiler.operand(node.target);
  const bounds = node.bounds.map((bound) => bound && compiler.step(bound));
  return (run) => {
    const [start = null, stop = null, step = null] = bounds.map((bound) => bound && present(bound(run)));
    return partOf(present(target(run)), { start, stop, step }, run.work);
  };
}
