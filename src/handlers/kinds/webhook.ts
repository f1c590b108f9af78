// Handler `webhook`: an event posted as JSON, or in the form that a template gives it, signed where a secret is set.
import { createHmac } from "node:crypto";
import * as z from "zod";
import { wireEvent } from "../../event/index.ts";
import { path, secret } from "../../kernel/schema.ts";
import { defineHandler, type Notice, type Sender, type SenderNeeds } from "../handler.ts";
import { faultOf, isHttpUrl, post } from "../telling/http-post.ts";
import { handlerVariables, nodeVariables, templateVariables } from "../templates/template-variables.ts";

/** What the connection itself says. */
const reserved = ["connection", "content-length", "host", "te", "trailer", "transfer-encoding", "upgrade"];

const headerName = z
  .string()
  .regex(/^[\w!#$%&'*+.^`|~-]{1,100}$/, "expected the name of a header")
  .refine((name) => !reserved.includes(name.toLowerCase()), { error: "this header is the connection's own" });

const config = z.strictObject({
  url: secret()
    .refine(isHttpUrl, { error: "expected an http or https address without a user or a password in it" })
    .describe("Where events are posted to. Not shown: many services hide a key in it."),
  token: secret().optional().describe("Sent as `Authorization: Bearer`."),
  secret: secret()
    .optional()
    .describe(
      "Key of the signature in `x-yagura-signature`: HMAC-SHA256 of the time in `x-yagura-timestamp`, a dot and the body.",
    ),
  headers: z
    .record(headerName, secret().regex(/^[\t\x20-\x7e]*$/, "expected printable ASCII"))
    .default({})
    .describe("Further headers."),
  template: path().optional().describe("Template of the body; the event as JSON when absent."),
  content_type: z
    .string()
    .regex(/^[\x20-\x7e]+$/, "expected printable ASCII")
    .default("application/json")
    .describe("Type of the body."),
  ca: path().optional().describe("Certificates, in PEM, that are trusted in place of the system's."),
});

type WebhookConfig = z.output<typeof config>;

export const webhook = defineHandler({
  name: "webhook",
  summary: "Posts events as JSON, or in the form of a template, to an HTTP address.",
  config,
  secrets: ({ url, token, secret: key, headers }) => [
    url,
    hiddenPart(url),
    token,
    key,
    ...Object.values(headers),
  ],
  templates: ({ template }) => [template],
  open: openWebhook,
});

/** Path and query may come back in an answer without the rest. */
function hiddenPart(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { pathname, search } = new URL(url);
  return (pathname + search).length > 8 ? pathname + search : undefined;
}

function openWebhook(given: WebhookConfig, needs: SenderNeeds): Sender {
  const url = new URL(given.url);
  return {
    async send(notice, signal) {
      const body = bodyOf(notice, given, needs);
      const headers = headersOf(notice, given, { body, nowMs: needs.clock.now() });
      const answer = await post({ url, headers, body, ca: given.ca }, signal);
      const fault = faultOf(answer, needs.clock.now());
      if (fault !== undefined) throw fault;
      return `status ${answer.status}`;
    },
  };
}

function bodyOf({ event }: Notice, { template }: WebhookConfig, needs: SenderNeeds): string {
  const node = needs.node();
  if (template !== undefined)
    return needs.render(template, templateVariables(event, { node, handler: handlerVariables(needs) }));
  return JSON.stringify({ ...wireEvent(event), handler: needs.handler.name, node: nodeVariables(node) });
}

function headersOf(
  { id, event }: Notice,
  { content_type, token, secret: key, headers }: WebhookConfig,
  { body, nowMs }: { body: string; nowMs: number },
): Record<string, string> {
  const timestamp = String(Math.floor(nowMs / 1000));
  const signed = (text: string) =>
    createHmac("sha256", key ?? "")
      .update(text)
      .digest("hex");
  return {
    ...lowerCase(headers),
    "content-type": content_type,
    "x-yagura-event": event.type,
    "x-yagura-notice": id,
    "x-yagura-timestamp": timestamp,
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(key === undefined ? {} : { "x-yagura-signature": `sha256=${signed(`${timestamp}.${body}`)}` }),
  };
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
