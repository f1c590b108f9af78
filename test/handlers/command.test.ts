// Handler `command` with real programs: what they find in their environment, and what their ends mean.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { handlersConfig } from "../../src/handlers/config.ts";
import { AgentError } from "../../src/kernel/errors.ts";
import { programsModule } from "../../src/programs/index.ts";
import { testContext } from "../support/context.ts";
import { directoryOfTest, writeScript } from "../support/temporary.ts";
import { checkEvent, complianceHappening, node, numbered, openHandlers } from "./open-handlers.ts";

async function openCommand(body: string, { words = [] as string[], more = {} } = {}) {
  const directory = directoryOfTest();
  const script = writeScript(directory, "tell", body);
  const config = programsModule.config.parse({});
  const programs = await programsModule.start(config, { ...testContext(), shippedPrograms: directory });
  onTestFinished(() => programs.stop());
  const handlers = await openHandlers({
    config: { command: { run: [script, ...words], ...more } },
    needs: { runCommand: (request) => programs.own(request) },
  });
  const seen = () => Object.fromEntries(readFileSync(join(directory, "env"), "utf8").split("\n").map(pairOf));
  return { handlers, directory, script, seen: seen as () => Record<string, string> };
}

const pairOf = (line: string): [string, string] => {
  const place = line.indexOf("=");
  return [line.slice(0, place), line.slice(place + 1)];
};

const keepEnvironment = 'env > "$(dirname "$0")/env"; for word in "$@"; do echo "word=$word"; done';

it("a program finds the event in its environment, and its own arguments as they were written", async () => {
  const words = ["a b", "$YAGURA_STATE", "it's", "*", ""];
  const { handlers, seen } = await openCommand(keepEnvironment, { words });
  const event = checkEvent({ notes: "n" });
  handlers.take(event);
  expect(await handlers.nextAction()).toMatchObject({
    outcome: "sent",
    text: "word=a b word=$YAGURA_STATE word=it's word=* word=",
  });
  expect(seen()).toMatchObject({
    ...{ YAGURA_EVENT_TYPE: "check", YAGURA_CHECK: "linux/load", YAGURA_CHECK_NAME: "load" },
    ...{ YAGURA_STATE: "critical", YAGURA_STATE_ID: "2", YAGURA_OLD_STATE: "ok", YAGURA_OLD_STATE_ID: "0" },
    ...{ YAGURA_OUTPUT: "load is 42", YAGURA_NODE: "web1", YAGURA_NODE_ADDRESS: "192.0.2.7" },
    ...{ YAGURA_NODE_UUID: node.uuid, YAGURA_HANDLER: "command", YAGURA_SEQ: String(event.seq) },
    ...{ YAGURA_TIME: String(Math.floor(event.atMs / 1000)), YAGURA_LAST_CHECK: "1700000000" },
  });
});

it("groups and compliance have their own names", async () => {
  const { handlers, seen } = await openCommand(keepEnvironment, {
    more: { events: ["group", "compliance"] },
  });
  handlers.take(numbered({ type: "group", change: "remove", group: "redis" }));
  await handlers.nextAction();
  expect(seen()).toMatchObject({
    YAGURA_EVENT_TYPE: "group",
    YAGURA_GROUP: "redis",
    YAGURA_CHANGE: "remove",
  });
  handlers.take(numbered(complianceHappening));
  await handlers.nextAction();
  expect(seen()).toMatchObject({
    ...{ YAGURA_COMPLIANCE: "passwd", YAGURA_RULE: "rights", YAGURA_STATE: "ERROR" },
    YAGURA_OUTPUT: "ERROR: /etc/passwd has mode 777",
  });
});

it("texts are data: no shell sees them, on one line and of bounded length", async () => {
  const { handlers, directory, seen } = await openCommand(keepEnvironment);
  const mark = join(directory, "owned");
  const output = `$(touch ${mark}) \`touch ${mark}\`; touch ${mark}\nYAGURA_NODE=evil\0\u001b[31m${"x".repeat(9000)}`;
  handlers.take(checkEvent({ output, id: `a;touch ${mark}` }));
  await handlers.nextAction();
  expect(existsSync(mark)).toBe(false);
  expect(seen()["YAGURA_NODE"]).toBe("web1");
  const kept = seen()["YAGURA_OUTPUT"] ?? "";
  expect(kept.startsWith(`$(touch ${mark}) \`touch ${mark}\`; touch ${mark} YAGURA_NODE=evil [31mxxx`)).toBe(
    true,
  );
  expect(kept).toHaveLength(4096);
});

it.each([
  ["exit 0", "sent", ""],
  ["echo done; exit 0", "sent", "done"],
  ["echo no room; exit 75", "later", "ended with 75: no room"],
  ["echo wrong >&2; exit 1", "refused", "ended with 1: wrong"],
  ["kill -9 $$", "refused", "ended with 137"],
  ["exec sleep 30", "later", "no answer within 500 ms"],
])("%j is %s", async (body, outcome, text) => {
  const { handlers } = await openCommand(body, { more: { deadline: "500ms" } });
  const found = await handlers.test("command");
  expect(found.outcome).toBe(outcome);
  expect(found.text).toContain(text);
});

it("a program that is not there is refused with its words", async () => {
  const { handlers } = await openCommand("exit 0", { more: { run: ["/nonexistent/tell"] } });
  expect(await handlers.test("command")).toMatchObject({
    outcome: "refused",
    text: /ended with 127: .*not found/,
  });
});

it("a program that finds no place is tried again", async () => {
  const busy = new AgentError("program.no-place", { reason: "it is busy" });
  const handlers = await openHandlers({
    config: { command: { run: ["tell"] } },
    needs: { runCommand: () => Promise.reject(busy) },
  });
  expect(await handlers.test("command")).toEqual({ outcome: "later", text: busy.message });
});

it.each([[[]], [["a b"]], [["a\nb"]], [["$(x)"]], [["x", "a\0b"]]])("run: %j is refused", (run) => {
  expect(handlersConfig.safeParse({ command: { run } }).success).toBe(false);
});
