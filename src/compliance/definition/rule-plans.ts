// From a rule as it is written to one that can be looked at.
import { type ObjectDefinition, type Path, problemLine, type Tree } from "../../config/index.ts";
import type { Look } from "../drivers/driver.ts";
import { drivers } from "../drivers/index.ts";
import { type Bind, UnusableObject, unusable } from "./expression-binder.ts";
import type { RulePlan } from "./plan.ts";

/** A rule of a compliance, or all of an installer. */
export interface WrittenRule {
  readonly name: string;
  readonly type: string;
  readonly variables: Readonly<Record<string, string>>;
  /** Where it stands in the body. */
  readonly path: Path;
  readonly environments: readonly WrittenEnvironment[];
}

interface WrittenEnvironment {
  readonly name: string;
  readonly if: string | undefined;
  readonly path: Path;
  /** Where the parameters stand. */
  readonly parametersPath: Path;
  /** The only one of the keys there that is a parameter; all are where it is undefined. */
  readonly parameter?: string;
  readonly postCommands: readonly string[];
}

export interface RulePlansNeeds {
  readonly definition: ObjectDefinition;
  /** The body with current names of keys. */
  readonly tree: Tree;
  readonly bind: Bind;
}

/** Throws `UnusableObject` where the rule could never be looked at. */
export function planRule(rule: WrittenRule, needs: RulePlansNeeds): RulePlan {
  const names = Object.keys(rule.variables);
  const { bind } = needs;
  return {
    ...{ name: rule.name, type: rule.type },
    variables: Object.entries(rule.variables).map(([name, text], place) => ({
      name,
      // A variable may use those before it.
      bound: bind({ text, path: [...rule.path, "variables", name], variables: names.slice(0, place) }),
    })),
    environments: rule.environments.map((environment, place) => ({
      name: environment.name === "" ? String(place + 1) : environment.name,
      condition:
        environment.if === undefined
          ? undefined
          : bind({ text: environment.if, path: [...environment.path, "if"], variables: names }),
      look: lookOf(rule, environment, needs),
      postCommands: environment.postCommands,
    })),
  };
}

function lookOf(
  { type, path: rulePath }: WrittenRule,
  { parametersPath: path, parameter }: WrittenEnvironment,
  { definition, tree }: RulePlansNeeds,
): Look {
  const driver = drivers.find((one) => one.type === type);
  if (driver === undefined) {
    const key = [...rulePath, "type"];
    const words = `expected one of ${drivers.map((one) => one.type).join(", ")}, found ${JSON.stringify(type)}`;
    throw unusable(definition, key, words);
  }
  const found = treeAt(tree, path);
  const entries = found?.kind === "mapping" ? [...found.entries] : [];
  const given = entries.filter(([key]) => parameter === undefined || key === parameter);
  const body = { kind: "mapping", entries: new Map(given), place: (found ?? tree).place } as const;
  const look = driver.read({ label: definition.label, path: [...definition.path, ...path], body });
  if (typeof look === "function") return look;
  throw new UnusableObject(look.map(problemLine).join("\n"));
}

function treeAt(tree: Tree, path: Path): Tree | undefined {
  let here: Tree | undefined = tree;
  for (const key of path) {
    if (here?.kind === "mapping") here = here.entries.get(String(key))?.tree;
    else here = here?.kind === "list" && typeof key === "number" ? here.items[key] : undefined;
  }
  return here;
}
