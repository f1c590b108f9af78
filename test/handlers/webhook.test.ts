// Handler `webhook` against a real receiver: the body, the signature, and what each answer means.
import { createHmac } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { wireEvent } from "../../src/event/index.ts";
import { handlersConfig } from "../../src/handlers/config.ts";
import { type Answer, startHttp } from "../support/slack/slack-stand-in.ts";
import { directoryOfTest } from "../support/temporary.ts";
import { checkEvent, openHandlers } from "./open-handlers.ts";

describe("the request", () => {
  it("is the event as JSON, with the node and the handler", async () => {
    const hook = await startHttp(() => ({ status: 204 }));
    const handlers = await openHandlers({
      config: { webhook: { name: "pager", url: `${hook.url}/in?key=1` } },
    });
    const event = checkEvent({ output: 'quote " and \\ and \u001b and ☂' });
    handlers.take(event);
    expect(await handlers.nextAction()).toMatchObject({
      outcome: "sent",
      handler: "pager",
      text: "status 204",
    });
    const [asked] = hook.asked;
    expect(asked).toMatchObject({ method: "POST", path: "/in?key=1" });
    expect(asked?.headers).toMatchObject({ "content-type": "application/json", "x-yagura-event": "check" });
    expect(asked?.headers["x-yagura-signature"]).toBeUndefined();
    expect(asked?.json).toEqual({
      ...wireEvent(event),
      handler: "pager",
      node: {
        ...{ name: "web1", display_name: "Web ☂", address: "192.0.2.7", addr: "192.0.2.7" },
        ...{ groups: ["linux"], uuid: "0".repeat(40) },
      },
    });
  });

  it("is signed, over the time and the body", async () => {
    const hook = await startHttp(() => ({}));
    const config = {
      webhook: { url: hook.url, secret: "a key", token: "a-token", headers: { "X-Mine": "1" } },
    };
    const handlers = await openHandlers({ config });
    expect((await handlers.test("webhook")).outcome).toBe("sent");
    const { headers, text } = hook.asked[0] as (typeof hook.asked)[0];
    const time = String(headers["x-yagura-timestamp"]);
    expect(Math.abs(Number(time) - Date.now() / 1000)).toBeLessThan(60);
    const signature = createHmac("sha256", "a key").update(`${time}.${text}`).digest("hex");
    expect(headers).toMatchObject({
      ...{ "x-yagura-signature": `sha256=${signature}`, authorization: "Bearer a-token", "x-mine": "1" },
    });
  });

  it("has the form of a template", async () => {
    const path = join(directoryOfTest(), "body.tpl");
    writeFileSync(
      path,
      '{"text": {{ (check.name ~ ": " ~ check.output) | tojson }}, "e": "{{ event.type }}"}',
    );
    const hook = await startHttp(() => ({}));
    const config = { webhook: { url: hook.url, template: path, content_type: "application/x-mine" } };
    const handlers = await openHandlers({ config });
    handlers.take(checkEvent({ output: 'a "b" {{ c }}' }));
    await handlers.nextAction();
    expect(hook.asked[0]?.json).toEqual({ text: 'load: a "b" {{ c }}', e: "check" });
    expect(hook.asked[0]?.headers["content-type"]).toBe("application/x-mine");
  });

  it("has the same x-yagura-notice at every try, and another for every event", async () => {
    let tries = 0;
    const hook = await startHttp(() => {
      tries += 1;
      return { status: tries === 1 ? 503 : 200, headers: { "retry-after": "0" } };
    });
    const handlers = await openHandlers({ config: { webhook: { url: hook.url } } });
    handlers.take(checkEvent());
    handlers.take(checkEvent());
    for (const outcome of ["retried", "sent", "sent"])
      expect(await handlers.nextAction()).toMatchObject({ outcome });
    const [first, again, second] = hook.asked.map(({ headers }) => headers["x-yagura-notice"]);
    expect(again).toBe(first);
    expect(second).not.toBe(first);
  });
});

describe("the answer", () => {
  it.each<[Answer, string, string]>([
    [{ status: 200 }, "sent", "status 200"],
    [{ status: 202 }, "sent", "status 202"],
    [
      { status: 301, headers: { location: "http://127.0.0.1:1/" } },
      "refused",
      "http://127.0.0.1:1/, which is not followed",
    ],
    [{ status: 400, body: "no such\r\nkey\u001b[2J" }, "refused", "status 400: no such key [2J"],
    [{ status: 404 }, "refused", "status 404"],
    [{ status: 408 }, "later", "status 408"],
    [{ status: 425 }, "later", "status 425"],
    [{ status: 429 }, "later", "status 429"],
    [{ status: 500 }, "later", "status 500"],
    [{ status: 503 }, "later", "status 503"],
    [{ status: 200, body: "x".repeat(400_000) }, "later", "larger than"],
  ])("%j", async (answer, outcome, text) => {
    const hook = await startHttp(() => answer);
    const handlers = await openHandlers({ config: { webhook: { url: hook.url } } });
    const found = await handlers.test("webhook");
    expect(found.outcome).toBe(outcome);
    expect(found.text).toContain(text);
  });

  it("never gives away where the request went, nor its keys", async () => {
    const hook = await startHttp(({ path, headers }) => ({
      status: 400,
      body: `no ${path} with ${headers.authorization} ${String(headers["x-mine"])}`,
    }));
    const url = `${hook.url}/services/T0/B0/hidden-key`;
    const config = { webhook: { url, token: "hidden-token", headers: { "x-mine": "hidden-value" } } };
    const handlers = await openHandlers({ config });
    handlers.take(checkEvent());
    expect(await handlers.nextAction()).toMatchObject({ text: "status 400: no *** with Bearer *** ***" });
    expect(JSON.stringify([handlers.reports(), handlers.lines])).not.toContain("hidden");
  });
});

it.each([["ftp://example.net/"], ["http://user:secret@example.net/"], ["not an address"]])(
  "the address %s is refused",
  (url) => {
    expect(handlersConfig.safeParse({ webhook: { url } }).success).toBe(false);
  },
);

it.each([
  ...["Content-Length", "connection", "host", "TE", "trailer", "Transfer-Encoding", "upgrade"].map(
    (name) => [{ [name]: "1" }] as const,
  ),
  ...[[{ "x y": "1" }] as const, [{ x: "a\r\nb: c" }] as const],
])("the headers %j are refused", (headers) => {
  expect(handlersConfig.safeParse({ webhook: { url: "http://127.0.0.1/", headers } }).success).toBe(false);
});
