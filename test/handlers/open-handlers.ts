// The handlers of a test: in a private state directory, with objects from files, and with what they did kept.
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { type Files, load } from "../../src/config/packs/file-tree.fixture.ts";
import type { AgentEvent, CheckFacts, Happening } from "../../src/event/index.ts";
import { EventLog } from "../../src/events/event-log.ts";
import { handlersConfig } from "../../src/handlers/config.ts";
import { type Handlers, type HandlersNeeds, handlersModule } from "../../src/handlers/index.ts";
import type { Context } from "../../src/kernel/module.ts";
import { testContext } from "../support/context.ts";
import { directoryOfTest } from "../support/temporary.ts";
import { until } from "../support/until.ts";

type Action = Extract<Happening, { type: "action" }>;

export interface TestHandlers extends Handlers {
  /** Publishes it in a real log of events, whose number the event has from then on. */
  take(event: AgentEvent): void;
  /** Resolves when the log has all that was published. */
  kept(): Promise<void>;
  readonly actions: readonly Action[];
  readonly lines: readonly string[];
  readonly stateDirectory: string;
  /** Resolves with the next action that no earlier call has seen. */
  nextAction(): Promise<Action>;
}

export interface OpenRequest {
  /** As below `handlers:` of the configuration. */
  readonly config?: object;
  /** Of objects: `local/x.yml`, `core/<pack>/…`. */
  readonly files?: Files;
  readonly needs?: Partial<HandlersNeeds & Context>;
}

export const node = {
  ...{ name: "web1", displayName: "Web ☂", address: "192.0.2.7" },
  ...{ groups: ["linux"], uuid: "0".repeat(40) },
};

export async function openHandlers({
  config = {},
  files = {},
  needs = {},
}: OpenRequest): Promise<TestHandlers> {
  const context = testContext();
  const { objects, settingsOf, templatePath } = load(files);
  const actions: Action[] = [];
  const stateDirectory = needs.stateDirectory ?? directoryOfTest();
  const { log, take } = await openLog(stateDirectory, context);
  const handlers = await handlersModule.start(handlersConfig.parse(config), {
    events: log,
    ...{ ...context, stateDirectory, hostname: "web1.example", node: () => node, environment: {} },
    ...{ definitions: objects("handler"), settingsOf, templatePath },
    runCommand: () => Promise.reject(new Error("no commands here")),
    onAction: (happening) => void actions.push(happening as Action),
    ...needs,
  });
  onTestFinished(() => handlers.stop());
  let seen = 0;
  return {
    take,
    async kept() {
      await log.after(0, {}, 1);
    },
    reports: () => handlers.reports(),
    test: (name, state) => handlers.test(name, state),
    async stop() {
      await handlers.stop();
      await log.stop();
    },
    ...{ actions, lines: context.lines, stateDirectory },
    async nextAction() {
      const found = await until(() => actions[seen]);
      seen += 1;
      return found;
    },
  };
}

async function openLog(stateDirectory: string, context: Context) {
  let atMs = 0;
  const clock = { ...context.clock, now: () => atMs };
  const directory = join(stateDirectory, "events");
  const log = await EventLog.open(directory, { maxBytes: 64 << 20, memory: 100 }, { ...context, clock });
  return {
    log,
    take(event: AgentEvent) {
      atMs = event.atMs;
      Object.assign(event, { seq: log.publish(event).seq });
    },
  };
}

export function checkFacts(facts: Partial<CheckFacts> = {}): CheckFacts {
  return {
    ...{
      id: "linux/load",
      name: "load",
      displayName: "Load",
      packName: "linux",
      packLevel: "core",
      host: "",
    },
    ...{ state: "critical", oldState: "ok", output: "load is 42", lastCheckMs: 1_700_000_000_500 },
    ...{ attempt: 1, attempts: 1, hard: true, flapping: false, notes: "" },
    ...{ handlers: undefined, extra: {} },
    ...facts,
  };
}

let sequence = 0;

/** With a number of its own. */
export function numbered(happening: Happening, atMs = Date.now()): AgentEvent {
  sequence += 1;
  return { ...happening, seq: sequence, atMs };
}

export function checkEvent(facts: Partial<CheckFacts> = {}, atMs = Date.now()): AgentEvent {
  return numbered({ type: "check", check: checkFacts(facts) }, atMs);
}

export const complianceHappening = {
  ...{ type: "compliance", compliance: "passwd", rule: "rights", mode: "audit" },
  ...{ state: "ERROR", oldState: "COMPLIANT", notable: true },
  infos: [{ state: "ERROR", text: "/etc/passwd has mode 777" }],
} as const satisfies Happening;
