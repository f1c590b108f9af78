// Handler `slack`: a message in a channel, which is made when there is none (contract opsbro §6.3).
import * as z from "zod";
import { path } from "../../../kernel/schema.ts";
import { trimEndOf } from "../../../kernel/trim-end.ts";
import { defineHandler, Refused, type Sender, type SenderNeeds, TryLater } from "../../handler.ts";
import { faultOf, httpUrl, post } from "../../telling/http-post.ts";
import { oneLine } from "../../telling/shown-text.ts";
import { slackAttachment } from "./slack-message.ts";

const config = z.strictObject({
  token: z
    .string()
    .regex(/^[\x21-\x7e]*$/, "expected printable ASCII")
    .default("")
    .meta({ secret: true, local: true })
    .describe("Token of a Slack application; the environment variable SLACK_TOKEN when empty."),
  channel: z
    .string()
    .regex(/^[^\p{Cc}]{1,200}$/u, "expected the name of a channel")
    .default("#general")
    .describe("Channel, such as `#alerts`; made when there is none."),
  url: httpUrl().default("https://slack.com/api").describe("Address of Slack's API."),
  ca: path().optional().describe("Certificates, in PEM, that are trusted in place of the system's."),
});

type SlackConfig = z.output<typeof config>;

export const slack = defineHandler({
  name: "slack",
  summary: "Posts messages to a Slack channel.",
  config,
  secrets: ({ token }, environment) => [token, environment.SLACK_TOKEN],
  templates: () => [],
  open: openSlack,
});

type Answer = Readonly<Record<string, unknown>>;
type Call = (method: string, body: object) => Promise<Answer>;

function openSlack(given: SlackConfig, needs: SenderNeeds): Sender {
  // Applications of today post as themselves and may not say so.
  let asUser = true;
  return {
    async send({ event }, signal) {
      const call = callerOf(given, needs, signal);
      const message = () => ({
        ...{ channel: given.channel, text: "", ...(asUser ? { as_user: true } : {}) },
        attachments: [slackAttachment(event, needs.node())],
      });
      const postMessage = async () => {
        const answer = await call("chat.postMessage", message());
        if (errorOf(answer) !== "as_user_not_supported" || !asUser) return answer;
        asUser = false;
        return await call("chat.postMessage", message());
      };
      const first = await postMessage();
      if (errorOf(first) !== "channel_not_found") return accepted(first);
      const made = await createChannel(given.channel, call);
      return `${accepted(await postMessage(), made)}; ${made}`;
    },
  };
}

function callerOf({ token, url, ca }: SlackConfig, needs: SenderNeeds, signal: AbortSignal): Call {
  const used = token === "" ? (needs.environment.SLACK_TOKEN ?? "") : token;
  if (used === "") throw new Refused("there is no token: neither in the configuration nor in SLACK_TOKEN");
  return async (method, body) => {
    const answer = await post(
      {
        url: new URL(`${trimEndOf(url, "/")}/${method}`),
        headers: { "content-type": "application/json; charset=utf-8", authorization: `Bearer ${used}` },
        body: JSON.stringify(body),
        ca,
      },
      signal,
    );
    const fault = faultOf(answer, needs.clock.now());
    if (fault !== undefined) throw fault;
    return jsonOf(answer.body.toString("utf8"));
  };
}

/** The older method first: tokens of its time know no other. What became of it, in words. */
async function createChannel(channel: string, call: Call): Promise<string> {
  const name = channel.replace(/^#/, "");
  const first = errorOf(await call("channels.create", { name }));
  const gone = ["unknown_method", "method_deprecated", "deprecated_endpoint", "not_allowed_token_type"];
  const error = gone.includes(first ?? "") ? errorOf(await call("conversations.create", { name })) : first;
  return error === undefined
    ? `the channel ${channel} was made`
    : `the channel ${channel} was not made: ${error}`;
}

/** Errors that pass by themselves. */
const passing = [
  ...["ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable"],
  ...["request_timeout", "team_added_to_org", "accesslimited"],
];

function accepted(answer: Answer, also = ""): string {
  const error = errorOf(answer);
  if (error === undefined) return "Slack has it";
  const reason = `Slack says ${error}${also === "" ? "" : `; ${also}`}`;
  throw passing.includes(error) ? new TryLater(reason) : new Refused(reason);
}

/** Undefined: it is a success. */
function errorOf({ ok, error }: Answer): string | undefined {
  if (ok === true) return undefined;
  return typeof error === "string" && error !== "" ? oneLine(error, 100) : "no reason";
}

function jsonOf(text: string): Answer {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new TryLater(`the answer is not JSON: ${oneLine(text, 100)}`, { cause });
  }
  if (typeof value !== "object" || value === null) throw new TryLater("the answer is no object");
  return value as Answer;
}
