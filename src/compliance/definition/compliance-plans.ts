// From the objects of packs and files to compliances that can be looked at. What is wrong with one costs that one.
import type * as z from "zod";
import {
  type ObjectDefinition,
  type Path,
  plain,
  problemLine,
  readObject,
  type Tree,
} from "../../config/index.ts";
import type { ComplianceConfig } from "../config.ts";
import {
  type ComplianceBody,
  complianceSchema,
  type InstallerBody,
  installerSchema,
  type RuleBody,
} from "./body-schema.ts";
import { type BinderNeeds, binderFor, UnusableObject, unusable } from "./expression-binder.ts";
import type { CompliancePlan } from "./plan.ts";
import { planRule, type WrittenRule } from "./rule-plans.ts";

export interface CompliancePlansNeeds extends BinderNeeds {
  readonly config: ComplianceConfig;
  /** A definition that cannot be used; one line with its place. */
  readonly onProblem: (line: string) => void;
}

/** Every compliance and installer that is switched on. */
export function planCompliances(given: CompliancePlansNeeds): readonly CompliancePlan[] {
  const { packs } = given;
  const needs = { ...given, allowed: allowedIds(given) };
  return [
    ...packs
      .objects("compliance")
      .flatMap((one) => planOne(one, { schema: complianceSchema, shape: compliance }, needs)),
    ...packs
      .objects("installor")
      .flatMap((one) => planOne(one, { schema: installerSchema, shape: installer }, needs)),
  ];
}

interface Needs extends CompliancePlansNeeds {
  readonly allowed: ReadonlySet<string> | "all";
}

type Mapping = Extract<Tree, { readonly kind: "mapping" }>;

/** What both kinds come to before their expressions are compiled. */
interface Shaped {
  readonly mode: CompliancePlan["mode"];
  readonly condition: { readonly text: string; readonly path: Path };
  readonly rules: readonly WrittenRule[];
}

/** What both kinds of body have. */
interface Body {
  readonly enabled: boolean;
  readonly interval?: number | undefined;
  readonly note: string;
  readonly notes: string;
}

interface Kind<Own extends Body> {
  readonly schema: z.ZodType<Own>;
  readonly shape: (body: Own, definition: ObjectDefinition) => Shaped;
}

function planOne<Own extends Body>(
  definition: ObjectDefinition,
  { schema, shape }: Kind<Own>,
  needs: Needs,
): CompliancePlan[] {
  const reading = readObject(definition, schema);
  const problems = "problems" in reading ? reading.problems : reading.warnings;
  for (const problem of problems) needs.onProblem(problemLine(problem));
  if ("problems" in reading || !reading.value.enabled) return [];
  try {
    const { tree, value } = reading;
    return [planOf(definition, { tree, body: value, shaped: shape(value, definition) }, needs)];
  } catch (thrown) {
    if (!(thrown instanceof UnusableObject)) throw thrown;
    for (const line of thrown.message.split("\n")) needs.onProblem(line);
    return [];
  }
}

interface Read {
  readonly tree: Mapping;
  readonly body: Body;
  readonly shaped: Shaped;
}

function planOf(definition: ObjectDefinition, { tree, body, shaped }: Read, needs: Needs): CompliancePlan {
  const { id, name, kind, pack } = definition;
  const bind = binderFor(definition, plain(tree), needs);
  return {
    ...{ id, name, kind: kind === "installor" ? kind : "compliance" },
    ...{ mode: shaped.mode, mayAct: mayAct(definition, needs.allowed) },
    ...{ packName: pack?.name ?? "", packLevel: pack?.level ?? "local" },
    ...{ place: definition.placeOf([]), notes: body.notes || body.note },
    everyMs: body.interval ?? needs.config.every,
    verifyIf: bind({ ...shaped.condition, variables: [] }),
    rules: shaped.rules.map((rule) => planRule(rule, { definition, tree, bind })),
  };
}

/** What the operator wrote is the operator's word; what a pack brings needs it. */
function mayAct({ pack, id }: ObjectDefinition, allowed: Needs["allowed"]): boolean {
  return pack === undefined || allowed === "all" || allowed.has(id);
}

/**
 * Ids of the objects of packs that the operator lets act. A bare name is taken for an id where one object alone has it:
 * a pack that comes later could give its own object the name of another's.
 */
function allowedIds({ packs, config: { enforce }, onProblem }: CompliancePlansNeeds): Needs["allowed"] {
  if (enforce === true) return "all";
  const objects = [...packs.objects("compliance"), ...packs.objects("installor")];
  const ofPacks = objects.filter(({ pack }) => pack !== undefined);
  const allowed = new Set<string>();
  for (const entry of enforce === false ? [] : enforce) {
    // A name may have a stroke in it, too; then it would pass for the id of an object of another pack.
    const named = ofPacks.filter(({ id, name }) => (entry.includes("/") ? id : name) === entry);
    const ids = [...new Set(named.map(({ id }) => id))].sort();
    if (ids.length > 1)
      onProblem(
        `compliance.enforce: ${JSON.stringify(entry)} is the name of ${ids.join(" and of ")}; none of them may act before one is named in that way`,
      );
    else for (const id of ids) allowed.add(id);
  }
  return allowed;
}

function compliance(body: ComplianceBody, definition: ObjectDefinition): Shaped {
  const { mode, verify_if: text, rule, rules } = body;
  if ((rule === undefined) === (rules === undefined))
    throw unusable(definition, [], "expected either rule or rules");
  const name = (given: RuleBody, step: number) =>
    given.name ?? (rules === undefined ? definition.name : `step ${step}`);
  const written = rules?.map((one, place) => ruleOf(one, name(one, place + 1), ["rules", place]));
  const only = rule === undefined ? [] : [ruleOf(rule, name(rule, 1), ["rule"])];
  return { mode, condition: { text, path: ["verify_if"] }, rules: written ?? only };
}

/** What an environment says comes before what the rule says for all. */
function ruleOf(body: RuleBody, name: string, path: Path): WrittenRule {
  const { type, variables, environments, post_commands: postCommands = [] } = body;
  const own = { path, parametersPath: [...path, "parameters"], postCommands };
  const listed = environments?.map((environment, place) => {
    const at = [...path, "environments", place];
    return {
      ...{ name: environment.name, if: environment.if, path: at },
      parametersPath: environment.parameters === undefined ? own.parametersPath : [...at, "parameters"],
      postCommands: environment.post_commands ?? postCommands,
    };
  });
  return { name, type, variables, path, environments: listed ?? [{ ...own, name: "", if: undefined }] };
}

/** An installer is a rule of its own that always acts where it may (contract opsbro §10.2). */
function installer({ if: text, variables, environments }: InstallerBody, { name }: ObjectDefinition): Shaped {
  const written = environments.map((environment, place) => ({
    ...{ name: environment.name, if: environment.if, path: ["environments", place] },
    ...{ parametersPath: ["environments", place], parameter: "packages", postCommands: [] },
  }));
  const rule = { name, type: "package-install", variables, path: [], environments: written };
  return { mode: "enforcing", condition: { text, path: ["if"] }, rules: [rule] };
}
