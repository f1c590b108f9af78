// The queue of a whole agent's handlers: over kills, beside handlers that fail, under a flood, and without secrets.
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { startHttp } from "../support/slack/slack-stand-in.ts";
import { startSmtp } from "../support/smtp/smtp-stand-in.ts";
import { directoryOfTest } from "../support/temporary.ts";
import { until } from "../support/until.ts";
import { checkEvent, openHandlers } from "./open-handlers.ts";

const hook = (url: string, more: object = {}) => ({ webhook: { url, ...more } });
const nowhere = "http://127.0.0.1:1/";

const placesIn = (stateDirectory: string) => readFileSync(join(stateDirectory, "handlers", "places"), "utf8");

it("what was not told when the agent was killed is told after the next start, in order", async () => {
  const stateDirectory = directoryOfTest();
  const killed = await openHandlers({ config: hook(nowhere), needs: { stateDirectory } });
  const events = [
    checkEvent({ output: "a" }),
    checkEvent({ output: "b", extra: { big: 2n ** 60n } }),
    checkEvent(),
  ];
  for (const event of events) killed.take(event);
  await killed.kept();
  // It is not stopped: nothing of it may be needed.
  const receiver = await startHttp(() => ({}));
  const next = await openHandlers({ config: hook(receiver.url), needs: { stateDirectory } });
  for (const { seq } of events)
    expect(await next.nextAction()).toMatchObject({ about: seq, outcome: "sent", handler: "webhook" });
  expect(receiver.asked.map(({ json }) => [json["seq"], json["output"]])).toEqual([
    [events[0]?.seq, "a"],
    [events[1]?.seq, "b"],
    [events[2]?.seq, "load is 42"],
  ]);
  await next.stop();
  const again = await openHandlers({ config: hook(receiver.url), needs: { stateDirectory } });
  expect(again.reports()[0]?.waiting).toBe(0);
});

it("an orderly stop loses nothing either, however short before it an event came", async () => {
  const stateDirectory = directoryOfTest();
  const first = await openHandlers({ config: hook(nowhere), needs: { stateDirectory } });
  for (let count = 0; count < 50; count += 1) first.take(checkEvent());
  await first.stop();
  const again = await openHandlers({ config: hook(nowhere), needs: { stateDirectory } });
  expect(again.reports()[0]?.waiting).toBe(50);
});

it("a new handler is told of what comes, and of nothing before", async () => {
  const stateDirectory = directoryOfTest();
  const without = await openHandlers({ needs: { stateDirectory } });
  without.take(checkEvent());
  await without.stop();
  const receiver = await startHttp(() => ({}));
  const handlers = await openHandlers({ config: hook(receiver.url), needs: { stateDirectory } });
  const event = checkEvent();
  handlers.take(event);
  expect(await handlers.nextAction()).toMatchObject({ about: event.seq, outcome: "sent" });
  expect(receiver.asked).toHaveLength(1);
});

it("what waits for a handler that is gone is told when it comes back, unless it is too old then", async () => {
  const stateDirectory = directoryOfTest();
  const first = await openHandlers({ config: hook(nowhere), needs: { stateDirectory } });
  first.take(checkEvent({}, Date.now() - 3_600_000));
  first.take(checkEvent());
  await first.stop();
  await (await openHandlers({ needs: { stateDirectory } })).stop();
  const config = { ...hook(nowhere), queue: { max_age: "10m" } };
  const strict = await openHandlers({ config, needs: { stateDirectory } });
  expect(strict.reports()[0]?.waiting).toBe(1);
  expect(strict.lines.join("")).toContain("events are given up handler=webhook,events=1");
});

it.each([
  ["emptied", ""],
  ["halved", '0f3a1b2c {"webho'],
  ["another", 'ffffffff {"webhook":{"after":1}}\n'],
])("places that are %s are said to be lost, and all goes on", async (_, text) => {
  const stateDirectory = directoryOfTest();
  const first = await openHandlers({ config: hook(nowhere), needs: { stateDirectory } });
  first.take(checkEvent());
  await first.stop();
  writeFileSync(join(stateDirectory, "handlers", "places"), text);
  const receiver = await startHttp(() => ({}));
  const handlers = await openHandlers({ config: hook(receiver.url), needs: { stateDirectory } });
  expect(handlers.lines.join("")).toContain("it is lost what was told");
  expect(
    readdirSync(join(stateDirectory, "handlers")).some((name) => name.startsWith("places.damaged-")),
  ).toBe(true);
  handlers.take(checkEvent());
  expect(await handlers.nextAction()).toMatchObject({ outcome: "sent" });
});

it("a handler that fails or hangs holds up no other", async () => {
  const stuck = await startHttp(() => undefined);
  const receiver = await startHttp(() => ({}));
  const config = {
    webhook: [
      { name: "down", url: nowhere },
      { name: "stuck", url: stuck.url },
      { name: "well", url: receiver.url },
    ],
  };
  const handlers = await openHandlers({ config });
  for (let count = 0; count < 20; count += 1) handlers.take(checkEvent());
  await until(() => receiver.asked.length === 20);
  expect(handlers.reports().map(({ name, state, waiting, sent }) => [name, state, waiting, sent])).toEqual([
    ["down", "retrying", 20, 0],
    ["stuck", "telling", 20, 0],
    ["well", expect.any(String), expect.any(Number), expect.any(Number)],
  ]);
});

it("a flood is bounded in number, and the newest survive", async () => {
  const handlers = await openHandlers({ config: { ...hook(nowhere), queue: { max: 100 } } });
  for (let count = 0; count < 1000; count += 1) handlers.take(checkEvent({ output: "x".repeat(2000) }));
  await handlers.kept();
  expect(handlers.reports()[0]).toMatchObject({ waiting: 100, givenUp: 900 });
  await handlers.stop();
  const again = await openHandlers({
    config: hook(nowhere),
    needs: { stateDirectory: handlers.stateDirectory },
  });
  expect(again.reports()[0]?.waiting).toBe(100);
});

it("a disk that takes nothing costs nobody a message", async () => {
  const receiver = await startHttp(() => ({}));
  const handlers = await openHandlers({ config: hook(receiver.url) });
  rmSync(join(handlers.stateDirectory, "handlers"), { recursive: true });
  handlers.take(checkEvent());
  expect(await handlers.nextAction()).toMatchObject({ outcome: "sent" });
  expect(handlers.lines.join("")).toContain("what was told is not kept");
});

it("an event of which somebody was told waits for nobody, and files hold no secrets", async () => {
  const smtp = await startSmtp();
  const config = {
    mail: { smtp: `127.0.0.1:${smtp.port}`, to: "a@b.example" },
    webhook: { url: `${nowhere}hidden-key`, token: "hidden-token", secret: "hidden-secret" },
    slack: { token: "hidden-slack", url: nowhere },
  };
  const handlers = await openHandlers({ config });
  handlers.take(checkEvent());
  await until(() => handlers.actions.some(({ outcome }) => outcome === "sent"));
  await until(() => handlers.actions.length === 3);
  const text = await until(() => {
    const found = placesIn(handlers.stateDirectory);
    return found.includes('"mail":{"after":1}') && found;
  });
  expect(text).toContain('"slack":{"after":1,"but":1}');
  expect(JSON.stringify([text, handlers.lines, handlers.actions, handlers.reports()])).not.toContain(
    "hidden",
  );
});

it("a handler that is switched off tells nobody, but can be tried", async () => {
  const receiver = await startHttp(() => ({}));
  const handlers = await openHandlers({ config: hook(receiver.url, { enabled: false }) });
  handlers.take(checkEvent());
  expect(handlers.reports()[0]).toMatchObject({ enabled: false, waiting: 0 });
  expect(await handlers.test("webhook", "ok")).toEqual({ outcome: "sent", text: "status 200" });
  expect(receiver.asked).toHaveLength(1);
  expect(receiver.asked[0]?.json).toMatchObject({ state: "ok", old_state: "critical", seq: 0 });
});
