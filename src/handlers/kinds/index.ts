// The kinds of handlers that there are. One line each.
import type { HandlerKind } from "../handler.ts";
import { command } from "./command.ts";
import { mail } from "./mail/mail.ts";
import { slack } from "./slack/slack.ts";
import { webhook } from "./webhook.ts";

export const kinds: readonly HandlerKind[] = [mail, slack, webhook, command];
