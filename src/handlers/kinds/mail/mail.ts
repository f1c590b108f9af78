// Handler `mail`: one message for all contacts, by SMTP (contract opsbro §6.2).
import { createHash } from "node:crypto";
import { isIP } from "node:net";
import * as z from "zod";
import { BoundedMap } from "../../../kernel/bounded-map.ts";
import { oneOrMore, path, secret } from "../../../kernel/schema.ts";
import {
  defineHandler,
  type Notice,
  Refused,
  type Sender,
  type SenderNeeds,
  TryLater,
} from "../../handler.ts";
import { mailAddress, parseMailAddress } from "./mail-address.ts";
import { type MailTemplates, mailTexts } from "./mail-texts.ts";
import { deliverMail, type MailResult } from "./smtp-delivery.ts";
import { type SmtpServer, type SmtpWish, smtpServerOf } from "./smtp-server.ts";

const templateFile = (what: string) => path().optional().describe(`Template of the ${what}.`);

const keys = z.strictObject({
  smtp: secret()
    .default("localhost")
    .describe("Mail server: `host`, `host:port`, or `smtp://user:password@host:587`."),
  user: z.string().min(1).optional().describe("User at the mail server."),
  password: secret().optional().describe("Password at the mail server."),
  tls: z
    .enum(["none", "try", "require", "implicit"])
    .default("try")
    .describe(
      "Encryption: `try` uses it where the server offers it, and insists on it before a password; `implicit` begins with it.",
    ),
  smtps: z.boolean().default(false).describe("The older system's word for `tls: implicit`."),
  ca: path().optional().describe("Certificates, in PEM, that are trusted in place of the system's."),
  hello: z
    .string()
    .regex(/^[\w.:[\]-]{1,255}$/, "expected a host name")
    .optional()
    .describe("Name that this host gives itself; its host name when absent."),
  from: mailAddress().optional().describe("Sender; `yagura@` and the host name when absent."),
  to: oneOrMore(mailAddress())
    .refine((list) => list.length >= 1 && list.length <= 100, { error: "expected 1 to 100 addresses" })
    .describe("Who gets the message."),
  subject_template: templateFile("subject of changed checks"),
  text_template: templateFile("text of changed checks"),
  flapping_subject_template: templateFile("subject where a check begins or ends to flap"),
  flapping_text_template: templateFile("text where a check begins or ends to flap"),
  group_subject_template: templateFile("subject of changed groups"),
  group_text_template: templateFile("text of changed groups"),
  node_subject_template: templateFile("subject of changed nodes"),
  node_text_template: templateFile("text of changed nodes"),
  compliance_subject_template: templateFile("subject of changed compliance"),
  compliance_text_template: templateFile("text of changed compliance"),
});

type MailConfig = z.output<typeof keys>;

const config = keys.refine((given) => faultOf(given) === undefined, {
  error: ({ input }) => faultOf(input as MailConfig),
});

/** What does not go together in these keys. */
function faultOf(given: SmtpWish): string | undefined {
  const server = smtpServerOf(given);
  if (server === undefined)
    return "smtp: expected a host, host:port or an address such as smtp://user:password@host:587";
  return (server.user === undefined) === (server.password === undefined)
    ? undefined
    : "a user and a password belong together";
}

export const mail = defineHandler({
  name: "mail",
  summary: "Sends mails by SMTP.",
  config,
  aliases: {
    ...{ contacts: "to", addr_from: "from", smtp_server: "smtp" },
    ...{ check_subject_template: "subject_template", check_text_template: "text_template" },
  },
  secrets: (given) => [given.password, smtpServerOf(given)?.password],
  templates: (given) => Object.values(templatesOf(given)).flatMap(({ subject, text }) => [subject, text]),
  open: openMail,
});

const replaced = (file: string | undefined, shipped: string) => file ?? shipped;

function templatesOf(given: MailConfig): MailTemplates {
  const of = (type: string, subject: string | undefined, text: string | undefined) => ({
    subject: replaced(subject, `mail-${type}-subject.tpl`),
    text: replaced(text, `mail-${type}-text.tpl`),
  });
  return {
    // The names that the README of the older system looks for by default.
    check: {
      subject: replaced(given.subject_template, "mail.subject.tpl"),
      text: replaced(given.text_template, "mail.text.tpl"),
    },
    flapping: of("flapping", given.flapping_subject_template, given.flapping_text_template),
    group: of("group", given.group_subject_template, given.group_text_template),
    node: of("node", given.node_subject_template, given.node_text_template),
    compliance: of("compliance", given.compliance_subject_template, given.compliance_text_template),
  };
}

/** Recipients that a server has put off are remembered for so many messages. */
const putOffAtMost = 100;

function openMail(given: MailConfig, needs: SenderNeeds): Sender {
  const server = smtpServerOf(given) as SmtpServer;
  const templates = templatesOf(given);
  const host = /^[\w.-]+$/.test(needs.hostname) ? needs.hostname : "localhost";
  const from = parseMailAddress(given.from ?? "") ?? { name: "", address: `yagura@${host}` };
  const to = given.to.flatMap((text) => parseMailAddress(text) ?? []);
  const shown = { contacts: given.to, addr_from: given.from ?? from.address, smtp_server: server.host };
  const putOff = new BoundedMap<string, readonly string[]>(putOffAtMost);
  return {
    async send(notice, signal) {
      const texts = mailTexts(notice.event, { templates, shown, needs });
      const hello = given.hello ?? (isIP(host) === 0 ? host : `[${host}]`);
      const recipients = putOff.get(notice.id) ?? to.map(({ address }) => address);
      const message = { ...texts, from, to, messageId: messageIdOf(notice, host) };
      const result = await deliverMail(
        { ...message, recipients, date: new Date(notice.event.atMs) },
        { server, ca: given.ca, hello, deadlineMs: needs.deadlineMs },
        signal,
      );
      return wordsOf(result, notice, putOff);
    },
  };
}

/** The same at every try: whoever gets a message twice can tell. */
function messageIdOf({ id }: Notice, host: string): string {
  return `<${createHash("sha256").update(id).digest("hex").slice(0, 32)}@${host}>`;
}

/** Those whom the server put off get the message later; those who have it do not get it again. */
function wordsOf(result: MailResult, { id }: Notice, putOff: BoundedMap<string, readonly string[]>): string {
  const { accepted, later, refused, said } = result;
  const reasons = [...refused, ...later].map(({ address, reason }) => `${address}: ${reason}`).join("; ");
  if (later.length > 0) {
    putOff.set(
      id,
      later.map(({ address }) => address),
    );
    throw new TryLater(accepted === 0 ? reasons : `${accepted} have it; ${reasons}`);
  }
  putOff.delete(id);
  if (accepted === 0) throw new Refused(reasons);
  return refused.length === 0 ? said : `${said}; not for ${reasons}`;
}
