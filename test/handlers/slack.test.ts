// Handler `slack` against something that answers as Slack does: the message, the channel that is made, every refusal.
import { describe, expect, it } from "vitest";
import { type Answer, slackAnswers, startHttp } from "../support/slack/slack-stand-in.ts";
import { checkEvent, complianceHappening, numbered, openHandlers } from "./open-handlers.ts";

const token = "xoxb-very-secret";
interface Message {
  readonly attachments: readonly {
    readonly text: string;
    readonly fields: readonly { readonly value: string }[];
  }[];
}

const slackAt = (url: string, more: object = {}) => ({
  slack: { token, channel: "#alerts", url: `${url}/api/`, ...more },
});

describe("the message", () => {
  it("is one attachment, posted as the token's user", async () => {
    const slack = await startHttp(slackAnswers());
    const handlers = await openHandlers({ config: slackAt(slack.url) });
    const event = checkEvent();
    handlers.take(event);
    expect(await handlers.nextAction()).toMatchObject({
      outcome: "sent",
      handler: "slack",
      about: event.seq,
    });
    expect(slack.asked).toHaveLength(1);
    const [{ path, headers, json }] = slack.asked as [(typeof slack.asked)[0]];
    expect(path).toBe("/api/chat.postMessage");
    expect(headers.authorization).toBe(`Bearer ${token}`);
    const nodeText = "web1 (192.0.2.7) [Web ☂]";
    expect(json).toEqual({
      ...{ channel: "#alerts", text: "", as_user: true },
      attachments: [
        {
          ...{ pretext: " ", text: "load is 42", color: "danger", author_name: nodeText },
          footer: `Told by ${nodeText}`,
          ts: Math.floor(event.atMs / 1000),
          fields: [
            { title: "Node", value: nodeText, short: true },
            { title: "Check", value: "load", short: true },
          ],
        },
      ],
    });
  });

  it.each([
    ["ok", "good"],
    ["warning", "warning"],
    ["critical", "danger"],
    ["unknown", "#764FA5"],
  ] as const)("of the state %s has the colour %s", async (state, color) => {
    const slack = await startHttp(slackAnswers());
    const handlers = await openHandlers({ config: slackAt(slack.url) });
    expect(await handlers.test("slack", state)).toEqual({ outcome: "sent", text: "Slack has it" });
    expect(slack.asked[0]?.json["attachments"]).toMatchObject([{ color }]);
  });

  it("tells of groups and compliance", async () => {
    const slack = await startHttp(slackAnswers());
    const handlers = await openHandlers({ config: slackAt(slack.url, { events: ["group", "compliance"] }) });
    handlers.take(numbered({ type: "group", change: "add", group: "redis" }));
    handlers.take(numbered({ type: "group", change: "remove", group: "redis" }));
    handlers.take(numbered(complianceHappening));
    for (let count = 0; count < 3; count += 1) await handlers.nextAction();
    expect(slack.asked.map(({ json }) => (json["attachments"] as object[])[0])).toMatchObject([
      { color: "good", fields: [{ title: "Node" }, { title: "Group:add", value: "redis" }] },
      { color: "danger", fields: [{ title: "Node" }, { title: "Group:remove", value: "redis" }] },
      { color: "danger", text: "ERROR: /etc/passwd has mode 777" },
    ]);
  });

  it("can mention nobody and link to nothing", async () => {
    const slack = await startHttp(slackAnswers());
    const handlers = await openHandlers({ config: slackAt(slack.url) });
    handlers.take(checkEvent({ name: "<@U1>", output: "<!channel> & <http://evil|ok>\u001b[0m\0" }));
    await handlers.nextAction();
    const [{ attachments }] = slack.asked.map(({ json }) => json) as unknown as [Message];
    const [attachment] = attachments;
    expect(attachment?.text).toBe("&lt;!channel&gt; &amp; &lt;http://evil|ok&gt;[0m");
    expect(attachment?.fields[1]?.value).toBe("&lt;@U1&gt;");
  });
});

describe("a channel that is not there", () => {
  it.each([
    [true, ["channels.create"]],
    [false, ["channels.create", "conversations.create"]],
  ])("is made, and the message sent again (older methods: %s)", async (hasOldMethods, creating) => {
    const slack = await startHttp(slackAnswers({ channels: [], hasOldMethods }));
    const handlers = await openHandlers({ config: slackAt(slack.url) });
    expect(await handlers.test("slack")).toEqual({
      outcome: "sent",
      text: "Slack has it; the channel #alerts was made",
    });
    expect(slack.asked.map(({ path }) => path.replace("/api/", ""))).toEqual([
      "chat.postMessage",
      ...creating,
      "chat.postMessage",
    ]);
    expect(slack.asked[1]?.json).toEqual({ name: "alerts" });
  });

  it("and cannot be made: the message is sent again once, and no more", async () => {
    const slack = await startHttp(({ path }) => ({
      body: { ok: false, error: path.endsWith("create") ? "restricted_action" : "channel_not_found" },
    }));
    const handlers = await openHandlers({ config: slackAt(slack.url) });
    expect(await handlers.test("slack")).toEqual({
      outcome: "refused",
      text: "Slack says channel_not_found; the channel #alerts was not made: restricted_action",
    });
    expect(slack.asked).toHaveLength(3);
  });
});

describe("what Slack answers", () => {
  it.each<[string, Answer, string, string]>([
    ["a wrong token", { body: { ok: false, error: "invalid_auth" } }, "refused", "Slack says invalid_auth"],
    [
      "a fault of its own",
      { body: { ok: false, error: "internal_error" } },
      "later",
      "Slack says internal_error",
    ],
    ["too many", { status: 429, headers: { "retry-after": "30" } }, "later", "status 429"],
    ["a broken gateway", { status: 502, body: "<html>" }, "later", "status 502: <html>"],
    ["no JSON", { body: "hello" }, "later", "the answer is not JSON: hello"],
    ["a list", { body: "null" }, "later", "the answer is no object"],
    ["nothing of use", { body: {} }, "refused", "Slack says no reason"],
    [
      "a redirect",
      { status: 302, headers: { location: "http://evil.example/" } },
      "refused",
      "http://evil.example/",
    ],
    [
      "that the token comes back",
      { body: { ok: false, error: `bad ${token}` } },
      "refused",
      "Slack says bad ***",
    ],
  ])("%s", async (_name, answer, outcome, text) => {
    const slack = await startHttp(() => answer);
    const handlers = await openHandlers({ config: slackAt(slack.url) });
    const found = await handlers.test("slack");
    expect(found.outcome).toBe(outcome);
    expect(found.text).toContain(text);
    expect(JSON.stringify([found, handlers.lines, handlers.reports()])).not.toContain(token);
  });

  it("an application that may not post as a user posts as itself from then on", async () => {
    const slack = await startHttp(({ json }) => ({
      body: json["as_user"] === true ? { ok: false, error: "as_user_not_supported" } : { ok: true },
    }));
    const handlers = await openHandlers({ config: slackAt(slack.url) });
    for (let count = 0; count < 2; count += 1) expect((await handlers.test("slack")).outcome).toBe("sent");
    expect(slack.asked.map(({ json }) => json["as_user"])).toEqual([true, undefined, undefined]);
  });

  it("nothing: the try ends at its deadline", async () => {
    const slack = await startHttp(() => undefined);
    const handlers = await openHandlers({ config: slackAt(slack.url, { deadline: "100ms" }) });
    expect(await handlers.test("slack")).toEqual({ outcome: "later", text: "no answer within 100 ms" });
  });
});

describe("the token", () => {
  it("comes from the environment when it is empty", async () => {
    const slack = await startHttp(slackAnswers());
    const needs = { environment: { SLACK_TOKEN: "xoxb-of-the-environment" } };
    const handlers = await openHandlers({ config: slackAt(slack.url, { token: "" }), needs });
    expect((await handlers.test("slack")).outcome).toBe("sent");
    expect(slack.asked[0]?.headers.authorization).toBe("Bearer xoxb-of-the-environment");
  });

  it("is nowhere: an error is logged, nothing is sent, and others are told", async () => {
    const slack = await startHttp(slackAnswers());
    const handlers = await openHandlers({ config: slackAt(slack.url, { token: "" }) });
    handlers.take(checkEvent());
    expect(await handlers.nextAction()).toMatchObject({ outcome: "refused", text: /there is no token/ });
    expect(handlers.lines.join("")).toMatch(/\[error\].*there is no token/);
    expect(slack.asked).toEqual([]);
  });
});
