// Handler `command`: a program of this host, told by its environment. Nothing of an event reaches its arguments.
import * as z from "zod";
import { type AgentEvent, stateIdOf } from "../../event/index.ts";
import { quoteShellWord } from "../../formats/shell-words.ts";
import { AgentError } from "../../kernel/errors.ts";
import { hidden } from "../../kernel/schema.ts";
import {
  type CommandOutcome,
  defineHandler,
  type Notice,
  Refused,
  type Sender,
  type SenderNeeds,
  TryLater,
} from "../handler.ts";
import { oneLine } from "../telling/shown-text.ts";

/** Of sysexits.h: a failure that another try may mend. */
const temporaryFailure = 75;
const longestOutput = 4096;
const longestValue = 1024;

const config = z.strictObject({
  run: z
    .tuple(
      [z.string().regex(/^[\w@%+=:,./-]+$/, "expected the name or the path of a program, without blanks")],
      hidden().regex(/^[^\0\r\n]*$/, "expected one line"),
    )
    .describe("Program, as a path or a name, and its arguments, which are not shown."),
});

export const command = defineHandler({
  name: "command",
  summary: "Runs a program of this host, which finds the event in its environment.",
  config,
  localOnly: true,
  secrets: () => [],
  templates: () => [],
  open: openCommand,
});

function openCommand({ run: [name = "", ...words] }: z.output<typeof config>, needs: SenderNeeds): Sender {
  const option = words.map(quoteShellWord).join(" ");
  return {
    async send(notice) {
      const request = {
        ...{ name, option, deadlineMs: needs.deadlineMs, merged: true as const },
        environment: environmentOf(notice, needs),
      };
      return answerOf(await needs.runCommand(request).catch(refuseUnusable));
    },
  };
}

/** Not run for want of room is worth another try; what can never be run is not. */
function refuseUnusable(thrown: unknown): never {
  if (thrown instanceof AgentError && thrown.code === "program.option") throw new Refused(thrown.message);
  throw thrown;
}

function answerOf({ timedOut, status, stdout, stderr, command: line }: CommandOutcome): string {
  const said = oneLine(`${stdout} ${stderr}`, 300);
  if (timedOut) throw new TryLater(`${line.trim()} was ended at its deadline`);
  if (status === 0) return said;
  const reason = `${line.trim()} ended with ${status}${said === "" ? "" : `: ${said}`}`;
  throw status === temporaryFailure ? new TryLater(reason) : new Refused(reason);
}

function environmentOf({ id, event }: Notice, { node: nodeNow, handler }: SenderNeeds) {
  const node = nodeNow();
  const facts = {
    ...{ EVENT_TYPE: event.type, NOTICE: id, SEQ: event.seq, TIME: Math.floor(event.atMs / 1000) },
    ...{ HANDLER: handler.name, NODE: node.name, NODE_DISPLAY_NAME: node.displayName },
    ...{ NODE_ADDRESS: node.address, NODE_UUID: node.uuid },
    ...factsOf(event),
  };
  const pairs = Object.entries(facts).map(([key, value]) => [
    `YAGURA_${key}`,
    oneLine(String(value), key === "OUTPUT" ? longestOutput : longestValue),
  ]);
  return Object.fromEntries(pairs) as Record<string, string>;
}

type Facts = Readonly<Record<string, string | number | boolean>>;

function factsOf(event: AgentEvent): Facts {
  switch (event.type) {
    case "check":
      return checkFacts(event);
    case "flapping":
      return { ...checkFacts(event), CHANGE: event.change };
    case "group":
      return { GROUP: event.group, CHANGE: event.change };
    case "node":
      return {
        ...{ CHANGED_NODE: event.node, CHANGED_NODE_UUID: event.uuid, CHANGED_NODE_ADDRESS: event.address },
        ...{ STATE: event.state, OLD_STATE: event.oldState },
      };
    case "compliance": {
      const { compliance, rule, mode, state, oldState, infos } = event;
      const output = infos.map((info) => `${info.state}: ${info.text}`).join("; ");
      return {
        COMPLIANCE: compliance,
        RULE: rule,
        MODE: mode,
        STATE: state,
        OLD_STATE: oldState,
        OUTPUT: output,
      };
    }
    default:
      return {};
  }
}

function checkFacts({ check }: Extract<AgentEvent, { type: "check" | "flapping" }>): Facts {
  return {
    ...{ CHECK: check.id, CHECK_NAME: check.name, CHECK_DISPLAY_NAME: check.displayName },
    ...{ PACK: check.packName, HOST: check.host, OUTPUT: check.output, NOTES: check.notes },
    ...{ STATE: check.state, STATE_ID: stateIdOf(check.state) },
    ...{ OLD_STATE: check.oldState, OLD_STATE_ID: stateIdOf(check.oldState) },
    ...{ ATTEMPT: check.attempt, FLAPPING: check.flapping },
    LAST_CHECK: Math.floor(check.lastCheckMs / 1000),
  };
}
