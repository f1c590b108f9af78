// One look at a whole object: its condition, then its rules in order, up to the first that fails (contract opsbro §10.3).
import { reasonOf } from "../../kernel/errors.ts";
import { isTrue, type Value } from "../../languages/expression/index.ts";
import type { ProgramOutcome } from "../../programs/index.ts";
import type { CompliancePlan, RulePlan } from "../definition/plan.ts";
import type { ComplianceHost } from "../host/compliance-host.ts";
import { failureText } from "../host/program.ts";
import type { ComplianceState, Info } from "./state.ts";
import { Turn } from "./turn.ts";

export interface PassRequest {
  /** True: whatever the condition says. */
  readonly forced: boolean;
  /** Aborted at the deadline and when the agent stops. */
  readonly signal: AbortSignal;
  /** Milliseconds until the deadline. */
  readonly remainingMs: () => number;
  /** Told the place of the rule that comes next. */
  readonly onStep: (place: number) => void;
}

export interface PassNeeds {
  readonly host: ComplianceHost;
  readonly isEarly: (asked: Iterable<string>) => boolean;
  readonly runLine: (request: {
    readonly line: string;
    readonly merged: boolean;
    readonly deadlineMs: number;
  }) => Promise<ProgramOutcome>;
}

export interface RuleResult {
  readonly state: ComplianceState;
  readonly infos: readonly Info[];
  /** A change was tried that did not come about. */
  readonly triedInVain?: boolean;
}

/** A result for each rule; `early`: it cannot be said yet. Rejects only when the signal says so. */
export async function passOver(
  plan: CompliancePlan,
  request: PassRequest,
  needs: PassNeeds,
): Promise<readonly RuleResult[] | "early"> {
  const eligible = request.forced ? true : await eligibility(plan, request, needs);
  if (eligible === "early") return "early";
  if (eligible !== true) return plan.rules.map(() => eligible);
  const results: RuleResult[] = [];
  let failed = false;
  for (const [place, rule] of plan.rules.entries()) {
    request.onStep(place);
    results.push(failed ? { state: "UNKNOWN", infos: [] } : await lookAtRule({ plan, rule }, request, needs));
    failed ||= results.at(-1)?.state === "ERROR";
  }
  return results;
}

async function eligibility(
  plan: CompliancePlan,
  { signal }: PassRequest,
  { isEarly }: PassNeeds,
): Promise<true | "early" | RuleResult> {
  if (isEarly(askedBy(plan))) return "early";
  try {
    return isTrue(await plan.verifyIf.evaluate([], signal)) ? true : { state: "NOT-ELIGIBLE", infos: [] };
  } catch (thrown) {
    return { state: "UNKNOWN", infos: [{ state: "ERROR", text: `verify_if: ${reasonOf(thrown)}` }] };
  }
}

function askedBy({ verifyIf, rules }: CompliancePlan): string[] {
  const conditions = rules.flatMap(({ variables, environments }) => [
    ...variables.map(({ bound }) => bound),
    ...environments.flatMap(({ condition }) => (condition === undefined ? [] : [condition])),
  ]);
  return [verifyIf, ...conditions].flatMap(({ asked }) => [...asked]);
}

interface Step {
  readonly plan: CompliancePlan;
  readonly rule: RulePlan;
}

async function lookAtRule({ plan, rule }: Step, request: PassRequest, needs: PassNeeds): Promise<RuleResult> {
  const wantsTo = plan.mode === "enforcing";
  const turn = new Turn({
    ...{ signal: request.signal, remainingMs: request.remainingMs, mayAct: wantsTo && plan.mayAct },
    whyNot: wantsTo && !plan.mayAct ? notAllowed(plan) : undefined,
  });
  try {
    const environment = await environmentOf(rule, turn);
    if (environment === undefined)
      return {
        state: "UNKNOWN",
        infos: [{ state: "SUCCESS", text: "no environment fits this host: nothing to do" }],
      };
    await environment.look(turn, needs.host);
    if (turn.state === "FIXED") await runPostCommands(environment.postCommands, turn, needs);
  } catch (thrown) {
    turn.error(reasonOf(thrown));
  }
  return { state: turn.state, infos: turn.infos, triedInVain: turn.triedInVain };
}

function notAllowed({ kind, id, packName }: CompliancePlan): string {
  const object = kind === "installor" ? "installer" : "compliance";
  return `nothing was done: the pack ${packName} may not change this host; compliance.enforce: [${JSON.stringify(id)}] lets this ${object} do so`;
}

/** The first that fits, with the variables of the rule. */
async function environmentOf(rule: RulePlan, { signal }: Turn) {
  let asking = "";
  try {
    const values: Value[] = [];
    for (const { name, bound } of rule.variables) {
      asking = `variables.${name}`;
      values.push(await bound.evaluate(values, signal));
    }
    for (const environment of rule.environments) {
      asking = `environment ${environment.name}: if`;
      const { condition } = environment;
      if (condition === undefined || isTrue(await condition.evaluate(values, signal))) return environment;
    }
    return undefined;
  } catch (thrown) {
    throw new Error(`${asking}: ${reasonOf(thrown)}`, { cause: thrown });
  }
}

/** One after the other, up to the first that fails. */
async function runPostCommands(lines: readonly string[], turn: Turn, { runLine }: PassNeeds): Promise<void> {
  for (const line of lines) {
    turn.signal.throwIfAborted();
    const outcome = await runLine({ line, merged: true, deadlineMs: turn.remainingMs() });
    const failure = failureText(outcome);
    if (failure !== undefined) return turn.error(`${line}: ${failure}`);
    turn.success(`${line}: ended well`);
  }
}
