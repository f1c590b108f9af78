// From the objects of packs and files to checks that can be run. What is wrong with one costs that one.
import type * as z from "zod";
import { type ObjectDefinition, type PackSet, plain, problemLine, readObject } from "../../config/index.ts";
import type { ChecksConfig } from "../config.ts";
import type { Expressions } from "../expressions/expressions.ts";
import type { JudgingRules } from "../judging/standing.ts";
import type { CheckPlan, Verdict } from "../running/check-plan.ts";
import { type ServicePlan, serviceSchema } from "../running/services.ts";
import { type CheckBody, checkAliases, checkKeys, checkSchema, freeKeysOf } from "./check-schema.ts";
import { compileRule, runRule } from "./rule.ts";
import { type ScriptNeeds, scriptRun } from "./script-run.ts";
import { unlikelyKeys } from "./unlikely-keys.ts";

export interface PlansNeeds extends ScriptNeeds {
  readonly packs: PackSet;
  readonly expressions: Expressions;
  readonly config: ChecksConfig;
  /** Global variables: of the configuration, and of opsbro's main file. */
  readonly globals: Readonly<Record<string, unknown>>;
  /** A definition that cannot be used, or looks like a slip; one line with its place. */
  readonly onProblem: (line: string) => void;
}

export interface Plans {
  readonly checks: readonly CheckPlan[];
  readonly services: readonly ServicePlan[];
}

/** Every check and service that is switched on, whatever the groups. */
export function planChecks(needs: PlansNeeds): Plans {
  const checks: CheckPlan[] = [];
  const services: ServicePlan[] = [];
  for (const definition of needs.packs.objects("check")) {
    const read = bodyOf(definition, checkSchema, needs);
    if (read?.body.enabled) checks.push(planOf(definition, { ...read, outer: {} }, needs));
  }
  for (const definition of needs.packs.objects("service")) {
    const planned = serviceOf(definition, needs);
    if (planned !== undefined) services.push(planned.service);
    if (planned?.check !== undefined) checks.push(planned.check);
  }
  return { checks, services };
}

/** A service whose check is switched off is one without a check. */
function serviceOf(definition: ObjectDefinition, needs: PlansNeeds) {
  const read = bodyOf(definition, serviceSchema, needs);
  if (read?.body.enabled !== true) return undefined;
  const { if_group: given, check: inner, notes, enabled: _, ...extra } = read.body;
  const group = groupOf(given ?? definition.name);
  const id = `service:${definition.name}`;
  const service = { name: definition.name, group, notes, extra, check: undefined, ...whereFrom(definition) };
  if (inner?.enabled !== true) return { service };
  const own = { body: { ...inner, if_group: group ?? "*" }, written: read.written["check"] };
  const plan = planOf(definition, { ...own, outer: read.written }, needs);
  return { service: { ...service, check: id }, check: { ...plan, id, service: definition.name } };
}

/** The checked body, and what was written, for whoever refers to it; undefined when it cannot be used. */
function bodyOf<Schema extends z.ZodType>(
  definition: ObjectDefinition,
  schema: Schema,
  { onProblem }: PlansNeeds,
) {
  const reading = readObject(definition, schema, { aliases: checkAliases });
  const problems = "problems" in reading ? reading.problems : reading.warnings;
  for (const problem of problems) onProblem(problemLine(problem));
  if ("problems" in reading) return undefined;
  return { body: reading.value, written: plain(reading.tree) as Readonly<Record<string, unknown>> };
}

interface Read {
  readonly body: CheckBody;
  /** As it was written: durations are still texts. */
  readonly written: unknown;
  /** The service that the check stands in. */
  readonly outer: Readonly<Record<string, unknown>>;
}

function planOf(definition: ObjectDefinition, { body, written, outer }: Read, needs: PlansNeeds): CheckPlan {
  const { defaults } = needs.config;
  const kind = body.passive ? "passive" : isRule(body) || body.script === "" ? "rule" : "program";
  for (const slip of unlikelyKeys(Object.keys(freeKeysOf(body)), checkKeys))
    needs.onProblem(`${definition.placeOf([slip.key])}: ${definition.label}: ${slip.text}`);
  return {
    ...{ id: definition.id, name: definition.name, host: "", kind, service: undefined },
    ...whereFrom(definition),
    displayName: body.display_name === "" ? definition.name : body.display_name,
    group: groupOf(body.if_group),
    everyMs: body.interval,
    retryMs: body.retry_interval ?? defaults.retry_interval ?? body.interval,
    rules: rulesOf(body, defaults),
    ...{ ttlMs: body.ttl, silentState: body.ttl_state, dependsOn: body.depends_on },
    ...{ handlers: body.handlers, notes: body.notes, extra: freeKeysOf(body) },
    given: Object.fromEntries(listed.map((key) => [key, body[key]])),
    run: kind === "passive" ? undefined : runOf(definition, { body, written, outer }, needs),
  };
}

const listed = [
  ...(["interval", "if_group", "script", "variables"] as const),
  ...(["critical_if", "critical_output", "warning_if", "warning_output", "ok_output"] as const),
];

function whereFrom({ pack, placeOf }: ObjectDefinition) {
  return { packName: pack?.name ?? "", packLevel: pack?.level ?? "local", place: placeOf([]) };
}

/** `*` and nothing are every node. */
function groupOf(group: string): string | undefined {
  return group === "" || group === "*" ? undefined : group;
}

function isRule({ critical_if, warning_if }: CheckBody): boolean {
  return critical_if !== "" || warning_if !== "";
}

function rulesOf(body: CheckBody, defaults: ChecksConfig["defaults"]): JudgingRules {
  const own = body.flapping === true ? { low: 20, high: 30 } : body.flapping;
  return {
    attempts: body.attempts ?? defaults.attempts,
    flapping: own === false ? undefined : (own ?? defaults.flapping),
  };
}

function runOf(
  definition: ObjectDefinition,
  { body, written, outer }: Read,
  needs: PlansNeeds,
): CheckPlan["run"] {
  const { expressions, packs, globals } = needs;
  const parameters = definition.pack === undefined ? {} : packs.parametersOf(definition.pack);
  const configuration = [written, outer, globals];
  if (!isRule(body) && body.script !== "") return scriptRun(body, configuration, needs);
  const rule = compileRule(body, { configuration, parameters }, expressions);
  if ("parts" in rule) return runRule(rule, expressions, body.deadline);
  const place = definition.placeOf([rule.key.split(".")[0] ?? ""]);
  needs.onProblem(`${place}: ${definition.label}: ${rule.key}: ${rule.reason}`);
  return () => unknown(`${place}: ${rule.key}: ${rule.reason}`);
}

function unknown(output: string): Verdict {
  return { state: "unknown", output, perfdata: "" };
}
