// The checks of this host: their list, one run now, a result from outside.
import type { CheckReport, LocalChecks } from "../../checks/index.ts";
import { stateOfStatus } from "../../event/index.ts";
import { AgentError } from "../../kernel/errors.ts";
import {
  type CheckReportAnswer,
  checkReport,
  checkResultBody,
  checkRunBody,
  checksAnswer,
  doneAnswer,
} from "../contract/index.ts";
import { defineRoute } from "../route.ts";

export interface ChecksNeeds {
  readonly local: Pick<LocalChecks, "reports" | "runNow" | "submit">;
}

const none = { 404: { description: "There is no such check at work on this host." } };

export const checks = defineRoute({
  method: "GET",
  path: "/checks",
  summary: "Lists the checks that are at work on this host, with their states.",
  role: "read",
  answers: { 200: { description: "In the order of their identities.", schema: checksAnswer } },
  handle: (_input: undefined, { local }: ChecksNeeds) => ({
    status: 200,
    json: { checks: local.reports().map(shownCheck) },
  }),
});

export const checkRun = defineRoute({
  method: "POST",
  path: "/checks/run",
  summary: "Runs a check of this host now, beside its beat.",
  role: "operate",
  input: checkRunBody,
  answers: { 200: { description: "What it found.", schema: checkReport }, ...none },
  async handle({ check }, { local }: ChecksNeeds) {
    const report = await local.runNow(check);
    if (report === undefined) return { status: 404, json: { error: `there is no check ${check} at work` } };
    return { status: 200, json: shownCheck(report) };
  },
});

export const checkResult = defineRoute({
  method: "POST",
  path: "/checks/results",
  summary: "Takes the result of a passive check.",
  role: "operate",
  input: checkResultBody,
  answers: {
    200: { description: "It was taken, and is on disk where the disk takes it.", schema: doneAnswer },
    400: { description: "There is no such passive check at work, or the result says nothing." },
  },
  async handle({ check, state, output }, { local }: ChecksNeeds) {
    if (check.includes("\0")) throw new AgentError("body.invalid", { reason: "check: it holds a NUL" });
    const bar = output.indexOf("|");
    await local.submit(check, {
      state: typeof state === "number" ? stateOfStatus(state) : state,
      output: bar < 0 ? output : output.slice(0, bar).trimEnd(),
      perfdata: bar < 0 ? "" : output.slice(bar + 1).trim(),
    });
    return { status: 200, json: { done: true } };
  },
});

function shownCheck(report: CheckReport): CheckReportAnswer {
  const { plan, held, lastCheckMs, nextCheckMs } = report;
  return {
    ...{ id: plan.id, name: plan.name, display_name: plan.displayName, host: plan.host },
    ...{ pack: plan.packName, level: plan.packLevel, place: plan.place, kind: plan.kind },
    ...{ group: plan.group ?? null, state: report.state, old_state: report.oldState },
    ...{ hard: report.hard, attempt: report.attempt, attempts: plan.rules.attempts },
    ...{ flapping: report.flapping, held: held ?? null, output: report.output, perfdata: report.perfdata },
    ...{ interval: plan.everyMs / 1000, last_check: lastCheckMs === 0 ? null : lastCheckMs / 1000 },
    ...{ next_check: nextCheckMs === undefined ? null : nextCheckMs / 1000, took_ms: report.tookMs },
    ...{ handlers: plan.handlers === undefined ? null : [...plan.handlers] },
    ...{ service: plan.service ?? null, notes: plan.notes },
  };
}
