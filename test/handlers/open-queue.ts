// What waits for handlers, for tests: a queue over a real log of events, with handlers that tell nobody by themselves.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { AgentEvent, CheckFacts, Happening } from "../../src/event/index.ts";
import { EventLog } from "../../src/events/event-log.ts";
import { toldTypes } from "../../src/handlers/addressing.ts";
import { webhook } from "../../src/handlers/kinds/webhook.ts";
import type { HandlerPlan } from "../../src/handlers/planning/handler-plan.ts";
import { EventQueue, type QueuedEvent } from "../../src/handlers/queue/event-queue.ts";
import { testContext } from "../support/context.ts";
import { type FakeClock, fakeClock } from "../support/fake-clock.ts";
import type { ForgetfulDisk } from "../support/forgetful-disk.ts";
import { checkFacts } from "./open-handlers.ts";

export const planOf = (name: string, more: Partial<HandlerPlan> = {}): HandlerPlan => ({
  ...{ name, enabled: true, onlyInGroup: undefined, severities: ["critical"], events: toldTypes },
  ...{ kind: webhook, settings: {}, deadlineMs: 1000, maxAgeMs: 60_000, place: "here" },
  findTemplate: () => undefined,
  ...more,
});

/** The one that most tests are about. */
export const ops = [planOf("ops")];

/** A handler that tells nobody by itself. */
function tellerOf(plan: HandlerPlan) {
  const offered: QueuedEvent[] = [];
  const numbers = () => offered.map(({ seq }) => seq);
  return { plan, offered, numbers, offer: (event: QueuedEvent) => void offered.push(event) };
}

export interface Given {
  readonly disk?: ForgetfulDisk;
  readonly clock?: FakeClock;
  readonly memory?: number;
  readonly groups?: readonly string[];
  /** Happens while the queue is opened, for which a disk is given. */
  readonly meanwhile?: Happening;
}

export async function openIn(
  directory: string,
  plans: readonly HandlerPlan[],
  { disk, clock = fakeClock(), memory = 100, groups = [], meanwhile }: Given = {},
) {
  const needs = { ...testContext(), clock, ...(disk && { disk }) };
  const log = await EventLog.open(join(directory, "events"), { maxBytes: 64 << 10, memory }, needs);
  onTestFinished(() => log.stop());
  const tellers = plans.map(tellerOf);
  const parts = { directory: join(directory, "handlers"), source: log, tellers, groups: () => groups };
  const show = async (happening: Happening) => {
    const { seq } = log.publish(happening);
    await log.after(seq, {}, 1);
    return seq;
  };
  const early: AgentEvent[] = [];
  let take = (event: AgentEvent): unknown => early.push(event);
  log.on((event) => take(event));
  if (disk !== undefined && meanwhile !== undefined)
    disk.before = async () => {
      disk.before = () => undefined;
      await show(meanwhile);
    };
  const queue = await EventQueue.open({ ...parts, ...(disk && { disk }) }, needs);
  onTestFinished(() => queue.stop());
  for (const event of early) queue.take(event);
  take = (event) => queue.take(event);
  const [first = tellerOf(planOf("none"))] = tellers;
  const stop = async () => {
    await queue.stop();
    await log.stop();
  };
  return { ...{ log, queue, tellers, first, show, clock, stop }, lines: needs.lines };
}

export const check = (facts: Partial<CheckFacts> = {}): Happening => ({
  type: "check",
  check: checkFacts(facts),
});
export const placesIn = (directory: string) => readFileSync(join(directory, "handlers", "places"), "utf8");
