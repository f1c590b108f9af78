// Subject and text of the mail that tells an event, from templates (contract opsbro §6.2).
import type { AgentEvent } from "../../../event/index.ts";
import type { ToldType } from "../../addressing.ts";
import { Refused, type SenderNeeds } from "../../handler.ts";
import { oneLine, plainText } from "../../telling/shown-text.ts";
import { handlerVariables, templateVariables } from "../../templates/template-variables.ts";

/** Files by the type of event. */
export type MailTemplates = Readonly<Record<ToldType, { readonly subject: string; readonly text: string }>>;

export interface MailTexts {
  /** One line. */
  readonly subject: string;
  readonly text: string;
}

interface TextNeeds {
  readonly templates: MailTemplates;
  /** What templates see of the handler, besides its name and type. */
  readonly shown: Readonly<Record<string, unknown>>;
  readonly needs: Pick<SenderNeeds, "render" | "node" | "handler">;
}

const longestSubject = 200;
const longestText = 100_000;

/** Throws `Refused` where a template is missing or cannot be filled in. */
export function mailTexts(event: AgentEvent, { templates, shown, needs }: TextNeeds): MailTexts {
  const files = event.type in templates ? templates[event.type as ToldType] : undefined;
  if (files === undefined) throw new Refused(`there is no mail about ${event.type}`);
  const handler = { ...handlerVariables(needs), ...shown };
  const variables = templateVariables(event, { node: needs.node(), handler });
  return {
    subject: oneLine(needs.render(files.subject, variables), longestSubject),
    text: plainText(needs.render(files.text, variables), longestText),
  };
}
