// The module: hands events to the handlers that are to tell them, each at its own pace from a queue on disk.
import { join } from "node:path";
import type { ObjectDefinition, Written } from "../config/index.ts";
import type { AgentEvent, Happening, JudgedState } from "../event/index.ts";
import { BoundedMap } from "../kernel/bounded-map.ts";
import { AgentError, reasonOf } from "../kernel/errors.ts";
import { type Context, defineModule, type Running } from "../kernel/module.ts";
import { checkOf, isFor, isTold } from "./addressing.ts";
import { type HandlersConfig, handlersConfig } from "./config.ts";
import type { CommandOutcome, CommandRequest, NodeFacts, Sender, SenderNeeds } from "./handler.ts";
import { madeUpEvent } from "./made-up-event.ts";
import { type HandlerPlan, plansOfConfig } from "./planning/handler-plan.ts";
import { plansOfObjects } from "./planning/object-plans.ts";
import { type QueueFile, QueueFiles } from "./queue/queue-files.ts";
import { type HandlerReport, RunningHandler } from "./running-handler.ts";
import { createTemplates } from "./templates/template-files.ts";

export interface HandlersNeeds {
  readonly stateDirectory: string;
  readonly hostname: string;
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
  /** Never throws, and returns at once. */
  take(event: AgentEvent): void;
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
    const { files, kept } = await QueueFiles.open(join(needs.stateDirectory, "handlers"), needs);
    const handlers = plans.map((one) => runningHandler(one, config, needs));
    needs.telemetry.gauge("handlers_unkept", "Events that the disk did not take.", () => files.unkept);
    takeUp(kept, handlers, { ...needs, maxAgeMs: config.queue.max_age });
    for (const handler of handlers) if (handler.plan.enabled) handler.start();
    return new RunningHandlers(handlers, files, needs);
  },
});

class RunningHandlers implements Handlers {
  readonly #handlers: readonly RunningHandler[];
  readonly #files: QueueFiles;
  readonly #needs: Context & HandlersNeeds;
  readonly #unknown = new BoundedMap<string, true>(200);
  #stopped = false;

  constructor(handlers: readonly RunningHandler[], files: QueueFiles, needs: Context & HandlersNeeds) {
    this.#handlers = handlers;
    this.#files = files;
    this.#needs = needs;
  }

  take(event: AgentEvent): void {
    try {
      if (!this.#stopped) this.#take(event);
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
    this.#stopped = true;
    await Promise.all(this.#handlers.map((handler) => handler.stop()));
    await this.#files.stop();
  }

  #take(event: AgentEvent): void {
    if (!isTold(event)) return;
    for (const name of checkOf(event)?.handlers ?? []) this.#tellUnknown(name);
    const groups = () => this.#needs.node().groups;
    const told = this.#handlers.filter(({ plan: audience }) => isFor(audience, event, groups));
    if (told.length === 0) return;
    const text = JSON.stringify(event, plainNumber);
    for (const handler of told) handler.offer(this.#files.add(handler.plan.name, text), event);
  }

  /** A check that lists somebody who is not there is told of once. */
  #tellUnknown(name: string): void {
    if (this.#handlers.some(({ plan: { name: own } }) => own === name)) return;
    if (this.#unknown.get(name)) return;
    this.#unknown.set(name, true);
    this.#needs.log.warning("checks list a handler that there is not", { handler: name });
  }
}

/** Numbers of YAML can be larger than those of JSON. */
function plainNumber(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? Number(value) : value;
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

/** What waited before the start. Of handlers that are gone it is kept until it is too old: they may come back. */
function takeUp(
  kept: readonly QueueFile[],
  handlers: readonly RunningHandler[],
  { log, clock, maxAgeMs }: Context & { maxAgeMs: number },
): void {
  const running = new Map(
    handlers.filter(({ plan: { enabled } }) => enabled).map((one) => [one.plan.name, one]),
  );
  for (const file of kept) {
    const event = JSON.parse(file.text) as AgentEvent;
    const handler = running.get(file.handler);
    if (handler !== undefined) handler.offer(file, event);
    else if (clock.now() - event.atMs > maxAgeMs) {
      log.warning("an event is given up", {
        handler: file.handler,
        reason: "there is no such handler any more",
      });
      file.remove();
    }
  }
}
