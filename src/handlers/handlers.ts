// The module: hands events to the handlers that are to tell them, each at its own pace from a place of its own in the log of events.
import { join } from "node:path";
import type { ObjectDefinition, Written } from "../config/index.ts";
import type { AgentEvent, Happening, JudgedState } from "../event/index.ts";
import { BoundedMap } from "../kernel/bounded-map.ts";
import { AgentError, reasonOf } from "../kernel/errors.ts";
import { type Context, defineModule, type Running } from "../kernel/module.ts";
import { checkOf, isTold } from "./addressing.ts";
import { type HandlersConfig, handlersConfig } from "./config.ts";
import type { CommandOutcome, CommandRequest, NodeFacts, Sender, SenderNeeds } from "./handler.ts";
import { madeUpEvent } from "./made-up-event.ts";
import { type HandlerPlan, plansOfConfig } from "./planning/handler-plan.ts";
import { plansOfObjects } from "./planning/object-plans.ts";
import { EventQueue, type EventSource } from "./queue/event-queue.ts";
import { type HandlerReport, RunningHandler } from "./running-handler.ts";
import { createTemplates } from "./templates/template-files.ts";

export interface HandlersNeeds {
  readonly stateDirectory: string;
  readonly hostname: string;
  readonly events: EventSource;
  /** Objects of the kind `handler`. */
  readonly definitions: readonly ObjectDefinition[];
  readonly templatePath: (definition: ObjectDefinition, file: string) => string | undefined;
  /** Settings of the modules `mail` and `slack`. */
  readonly settingsOf: (name: string) => Written | undefined;
  readonly node: () => NodeFacts;
  readonly environment: { readonly SLACK_TOKEN?: string | undefined };
  /** Runs a program that this host's configuration names. */
  readonly runCommand: (request: CommandRequest) => Promise<CommandOutcome>;
  /** Told of what became of each notification. */
  readonly onAction: (happening: Happening) => void;
}

export interface Handlers extends Running {
  /** Those of the configuration, then those of objects. */
  reports(): readonly HandlerReport[];
  /** Tells of a made-up event at once, beside the queue. Throws `body.invalid` when there is no such handler. */
  test(
    name: string,
    state?: JudgedState,
  ): Promise<{ readonly outcome: "sent" | "refused" | "later"; readonly text: string }>;
}

export const handlersModule = defineModule<HandlersConfig, HandlersNeeds, Handlers>({
  name: "handlers",
  summary: "Tells people of changed states, by mail, Slack, webhooks and programs.",
  config: handlersConfig,
  async start(config, needs) {
    const plans = plan(config, needs);
    const early: AgentEvent[] = [];
    let running: RunningHandlers | undefined;
    const forget = needs.events.on((event) => {
      if (running === undefined) early.push(event);
      else running.take(event);
    });
    const handlers = plans.map((one) => runningHandler(one, config, needs));
    const directory = join(needs.stateDirectory, "handlers");
    const groups = () => needs.node().groups;
    const parts = { directory, source: needs.events, tellers: handlers, groups };
    const queue = await EventQueue.open(parts, needs);
    for (const handler of handlers) if (handler.plan.enabled) handler.start();
    running = new RunningHandlers({ handlers, queue, forget }, needs);
    for (const event of early) running.take(event);
    return running;
  },
});

interface HandlerParts {
  readonly handlers: readonly RunningHandler[];
  readonly queue: EventQueue;
  /** Ends the listening to events. */
  readonly forget: () => void;
}

class RunningHandlers implements Handlers {
  readonly #handlers: readonly RunningHandler[];
  readonly #queue: EventQueue;
  readonly #forget: () => void;
  readonly #needs: Context & HandlersNeeds;
  readonly #unknown = new BoundedMap<string, true>(200);

  constructor({ handlers, queue, forget }: HandlerParts, needs: Context & HandlersNeeds) {
    this.#handlers = handlers;
    this.#queue = queue;
    this.#forget = forget;
    this.#needs = needs;
  }

  /** Never throws. */
  take(event: AgentEvent): void {
    try {
      if (isTold(event)) for (const name of checkOf(event)?.handlers ?? []) this.#tellUnknown(name);
      this.#queue.take(event);
    } catch (thrown) {
      this.#needs.log.error("an event cannot be told", { seq: event.seq, reason: reasonOf(thrown) });
    }
  }

  reports(): readonly HandlerReport[] {
    return this.#handlers.map(({ report }) => report);
  }

  async test(name: string, state: JudgedState = "critical") {
    const handler = this.#handlers.find(({ plan: { name: own } }) => own === name);
    if (handler === undefined)
      throw new AgentError("body.invalid", {
        reason: `handler: there is no handler ${JSON.stringify(name)}`,
      });
    const { kind, text } = await handler.tellNow(madeUpEvent(state, name, this.#needs.clock.now()));
    return { outcome: kind, text };
  }

  async stop(): Promise<void> {
    this.#forget();
    await Promise.all(this.#handlers.map((handler) => handler.stop()));
    await this.#queue.stop();
  }

  /** A check that lists somebody who is not there is told of once. */
  #tellUnknown(name: string): void {
    if (this.#handlers.some(({ plan: { name: own } }) => own === name)) return;
    if (this.#unknown.get(name)) return;
    this.#unknown.set(name, true);
    this.#needs.log.warning("checks list a handler that there is not", { handler: name });
  }
}

/** A name belongs to the first that has it. */
function plan(config: HandlersConfig, needs: Context & HandlersNeeds): HandlerPlan[] {
  const onProblem = (problem: string) => needs.log.warning("a definition needs attention", { problem });
  const ofObjects = plansOfObjects({ ...needs, onProblem, queueAgeMs: config.queue.max_age });
  const known = new Map<string, HandlerPlan>();
  for (const one of [...plansOfConfig(config), ...ofObjects]) {
    const first = known.get(one.name);
    if (first === undefined) known.set(one.name, one);
    else
      onProblem(
        `${one.place}: a handler ${one.name} stands at ${first.place} already; this one tells nobody`,
      );
  }
  return [...known.values()];
}

function runningHandler(
  handlerPlan: HandlerPlan,
  config: HandlersConfig,
  needs: Context & HandlersNeeds,
): RunningHandler {
  const { kind, name, severities, deadlineMs, settings, findTemplate } = handlerPlan;
  const senderNeeds: SenderNeeds = {
    ...needs,
    ...{ handler: { name, type: kind.name, severities }, deadlineMs, render: createTemplates(findTemplate) },
  };
  let sender: Sender | undefined;
  return new RunningHandler(handlerPlan, {
    ...needs,
    most: config.queue.max,
    secrets: kind.secrets(settings, needs.environment),
    sender: () => {
      sender ??= kind.open(settings, senderNeeds);
      return sender;
    },
  });
}
