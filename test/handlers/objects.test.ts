// Handlers as the older system's files write them: README examples, packs, settings, and what is wrong with them.
import { describe, expect, it } from "vitest";
import { slackAnswers, startHttp } from "../support/slack/slack-stand-in.ts";
import { startSmtp } from "../support/smtp/smtp-stand-in.ts";
import { checkEvent, node, numbered, openHandlers } from "./open-handlers.ts";

/** As the README writes it, but for the port. */
const mail = (port: number) => `
    handler:
        type: mail
        severities:
            - ok
            - warning
            - critical
            - unknown
        contacts:
            - "admin@mydomain.com"
        addr_from: "opsbro@mydomain.com"
        smtp_server: localhost:${port}
        subject_template: "email.subject.tpl"
        text_template: "email.text.tpl"
`;

const slack = (url: string) => `
    handler:
       id: slack
       type: slack
       severities:
          - ok
          - warning
          - critical
          - unknown

       token: ''
       channel: '#alerts'
       url: ${url}
`;

describe("the README's examples", () => {
  it("send a mail with the shipped templates, and a message to Slack", async () => {
    const smtp = await startSmtp();
    const api = await startHttp(slackAnswers({ channels: [] }));
    const handlers = await openHandlers({
      files: { "etc/agent.yml": "", "etc/mail.yml": mail(smtp.port), "etc/x.yml": slack(api.url) },
      needs: { environment: { SLACK_TOKEN: "of-the-environment" } },
    });
    expect(
      handlers.reports().map(({ name, type, severities, events }) => [name, type, severities.length, events]),
    ).toEqual([
      ["mail", "mail", 4, ["check", "flapping", "compliance", "node", "group"]],
      ["slack", "slack", 4, ["check", "flapping", "compliance", "node", "group"]],
    ]);
    handlers.take(checkEvent({ handlers: ["mail", "slack"] }));
    await handlers.nextAction();
    await handlers.nextAction();
    expect(handlers.actions.map(({ outcome }) => outcome)).toEqual(["sent", "sent"]);
    expect(smtp.last.envelope).toEqual({ from: "opsbro@mydomain.com", to: ["admin@mydomain.com"] });
    expect(smtp.last.headers.get("subject")).toBe("CRITICAL: Load on Web ☂");
    expect(smtp.last.text).toContain("load is 42");
    expect(api.asked.map(({ path }) => path)).toEqual([
      "/chat.postMessage",
      "/channels.create",
      "/chat.postMessage",
    ]);
    expect(handlers.lines.filter((line) => line.includes("attention"))).toEqual([]);
  });

  it("take their own templates, from each place where they are looked for", async () => {
    const smtp = await startSmtp();
    for (const place of ["etc/templates/email.subject.tpl", "etc/email.subject.tpl"]) {
      const handlers = await openHandlers({
        files: {
          "etc/agent.yml": "",
          "etc/mail.yml": mail(smtp.port),
          [place]: `${place} {{ check.name }} {{ handler.contacts }}`,
        },
      });
      handlers.take(checkEvent());
      await handlers.nextAction();
      expect(smtp.last.headers.get("subject")).toBe(`${place} load ['admin@mydomain.com']`);
    }
  });

  it("of the type email are the same", async () => {
    const smtp = await startSmtp();
    const text = mail(smtp.port).replace("type: mail", "type: email");
    const handlers = await openHandlers({ files: { "local/ops.yml": text } });
    expect(await handlers.test("ops")).toMatchObject({ outcome: "sent" });
  });

  it("name a template that is nowhere: an error is logged, and no mail is sent", async () => {
    const smtp = await startSmtp();
    const text = mail(smtp.port).replace("email.text.tpl", "mine.tpl");
    const handlers = await openHandlers({ files: { "local/ops.yml": text } });
    handlers.take(checkEvent());
    expect(await handlers.nextAction()).toMatchObject({
      outcome: "refused",
      text: /mine\.tpl: there is no such file/,
    });
    expect(handlers.lines.join("")).toMatch(/\[error\].*mine\.tpl/);
    expect(await handlers.test("ops")).toMatchObject({ outcome: "refused", text: /mine\.tpl/ });
    expect(smtp.mails).toEqual([]);
  });
});

describe("settings of the modules", () => {
  const pack = (port: number, more: string) => ({
    "core/mail/package.yml": "name: mail\n",
    "core/mail/parameters/parameters.yml": `smtp_server: "127.0.0.1:${port}"\ncontacts: ["root@localhost"]\naddr_from: "a@b.example"\ncheck_subject_template: mail-check-subject.tpl\n${more}`,
    "core/mail/templates/mail-check-subject.tpl": "of the pack: {{ check.state }}",
  });

  it.each([
    ["nothing", "", 0],
    ["false", "enabled: false\n", 0],
    ["true", "enabled: true\n", 1],
  ])("say enabled: %s", async (_name, more, count) => {
    const smtp = await startSmtp();
    const handlers = await openHandlers({ files: pack(smtp.port, more) });
    expect(handlers.reports()).toHaveLength(count);
    handlers.take(checkEvent());
    if (count === 1) await handlers.nextAction();
    expect(smtp.mails.map(({ headers }) => headers.get("subject"))).toEqual(
      count === 1 ? ["of the pack: critical"] : [],
    );
  });

  it("are switched on by a group of the node", async () => {
    const api = await startHttp(slackAnswers());
    const groups: string[] = [];
    const handlers = await openHandlers({
      files: {
        "local/slack.yml": `slack:\n  enabled_if_group: slack\n  token: t\n  channel: "#alerts"\n  url: ${api.url}\n`,
      },
      needs: { node: () => ({ ...node, groups }) },
    });
    expect(handlers.reports()[0]?.place).toMatch(/\/local\/slack\.yml:2:3$/);
    handlers.take(checkEvent());
    await handlers.kept();
    groups.push("slack");
    const second = checkEvent();
    handlers.take(second);
    expect(await handlers.nextAction()).toMatchObject({ about: second.seq, outcome: "sent" });
    expect(handlers.actions).toHaveLength(1);
  });
});

describe("a definition that is wrong", () => {
  const good = "handler: { type: mail, contacts: a@b.example }\n";

  it.each([
    [
      "type: fax",
      "handler: { type: fax }\n",
      /local\/bad\.yml:1:12: handler bad: type: expected one of mail, slack, webhook, command, email, found "fax"/,
    ],
    ["no type", "handler: { contacts: a@b.c }\n", /bad\.yml:1:\d+: handler bad: type: .*found nothing/],
    ["no contacts", "handler: { type: mail }\n", /bad\.yml:1:\d+: handler bad: handler\.to/],
    [
      "a contact that is none",
      'handler: { type: mail, contacts: ["a@b.c\\r\\nRCPT TO:<x@y.z>"] }\n',
      /bad\.yml:1:\d+: handler bad: .*expected an address/,
    ],
    [
      "a severity that is none",
      "handler: { type: mail, contacts: a@b.c, severities: [fatal] }\n",
      /bad\.yml:1:\d+: handler bad: .*severities/,
    ],
    [
      "a server that is none",
      "handler: { type: mail, contacts: a@b.c, smtp_server: 'a b' }\n",
      /bad\.yml:1:\d+: handler bad: .*expected a host/,
    ],
  ])("%s costs itself only", async (_name, bad, line) => {
    const handlers = await openHandlers({ files: { "local/bad.yml": bad, "local/good.yml": good } });
    expect(handlers.reports().map(({ name }) => name)).toEqual(["good"]);
    expect(handlers.lines.filter((one) => line.test(one))).toHaveLength(1);
  });

  it("has a key that nobody knows: it tells all the same, and the slip is named", async () => {
    const handlers = await openHandlers({
      files: { "local/a.yml": "handler: { type: mail, contacts: a@b.c, severitis: [ok] }\n" },
    });
    expect(handlers.reports()).toHaveLength(1);
    expect(handlers.lines.join("")).toMatch(
      /a\.yml:1:\d+: handler a: severitis: .*did you mean \\?"severities/,
    );
  });

  it("has what the older system's objects have: nothing is said of it", async () => {
    const head = "id: a, name: A, display_name: The A, notes: ours";
    const handlers = await openHandlers({
      files: { "local/a.yml": `handler: { ${head}, type: mail, contacts: a@b.c }\n` },
    });
    expect(handlers.reports()).toHaveLength(1);
    expect(handlers.lines.filter((line) => line.includes("attention"))).toEqual([]);
    expect(handlers.lines.join("")).not.toContain("nothing here knows");
  });

  it("of a pack cannot name a program", async () => {
    const files = {
      "core/p/package.yml": "name: p\n",
      "core/p/monitoring/c.yml": "handler: { type: command, run: [/bin/true] }\n",
      "local/d.yml": "handler: { type: command, run: [/bin/true] }\n",
    };
    const handlers = await openHandlers({ files });
    expect(handlers.reports().map(({ name }) => name)).toEqual(["d"]);
    expect(handlers.lines.join("")).toContain("a pack cannot bring a handler of the type command");
  });

  it("has a name that another has: the configuration's comes first", async () => {
    const handlers = await openHandlers({
      config: { mail: { to: "x@y.z" } },
      files: { "local/a.yml": "handler: { id: mail, type: mail, contacts: a@b.c }\n" },
    });
    expect(handlers.reports()).toMatchObject([{ name: "mail", place: "handlers.mail" }]);
    expect(handlers.lines.join("")).toContain("a handler mail stands at handlers.mail already");
  });

  it("keeps its secrets", async () => {
    const text = "handler: { type: mail, contacts: a@b.c, password: hidden-word }\n";
    const handlers = await openHandlers({ files: { "local/bad.yml": text } });
    expect(handlers.reports()).toEqual([]);
    expect(handlers.lines.join("")).toContain("belong together");
    expect(handlers.lines.join("")).not.toContain("hidden-word");
  });
});

describe("who is told", () => {
  it("is whom the check lists; a name that is not there is told of once", async () => {
    const smtp = await startSmtp();
    const object = (id: string) =>
      `handler: { id: ${id}, type: mail, contacts: ${id}@x.example, smtp_server: "127.0.0.1:${smtp.port}" }\n`;
    const handlers = await openHandlers({
      files: { "local/a.yml": object("one"), "local/b.yml": object("two") },
    });
    for (let count = 0; count < 2; count += 1) {
      handlers.take(checkEvent({ handlers: ["two", "three"] }));
      await handlers.nextAction();
    }
    expect(smtp.mails.flatMap(({ envelope }) => envelope.to)).toEqual(["two@x.example", "two@x.example"]);
    expect(handlers.lines.filter((line) => line.includes("three"))).toHaveLength(1);
  });

  it("is everybody where the check lists nobody, and nobody where its list is empty", async () => {
    const smtp = await startSmtp();
    const object = (id: string) =>
      `handler: { id: ${id}, type: mail, contacts: ${id}@x.example, smtp_server: "127.0.0.1:${smtp.port}" }\n`;
    const handlers = await openHandlers({
      files: { "local/a.yml": object("one"), "local/b.yml": object("two") },
    });
    handlers.take(checkEvent({ handlers: [] }));
    const told = checkEvent();
    handlers.take(told);
    for (let count = 0; count < 2; count += 1)
      expect(await handlers.nextAction()).toMatchObject({ about: told.seq });
    expect(smtp.mails.flatMap(({ envelope }) => envelope.to).sort()).toEqual([
      "one@x.example",
      "two@x.example",
    ]);
  });

  it("hears of a group by an object, and not by the configuration, unless it says so", async () => {
    const smtp = await startSmtp();
    const handlers = await openHandlers({
      config: { mail: { smtp: `127.0.0.1:${smtp.port}`, to: "config@x.example" } },
      files: {
        "local/a.yml": `handler: { type: mail, contacts: object@x.example, smtp_server: "127.0.0.1:${smtp.port}" }\n`,
      },
    });
    handlers.take(numbered({ type: "group", change: "add", group: "redis" }));
    expect(await handlers.nextAction()).toMatchObject({ handler: "a", outcome: "sent" });
    expect(smtp.mails).toHaveLength(1);
  });

  it("throws for nobody but a caller who names nobody", async () => {
    const handlers = await openHandlers({});
    await expect(handlers.test("nobody")).rejects.toMatchObject({ code: "body.invalid" });
    handlers.take({ type: "check", seq: 1, atMs: 1, check: { handlers: 5 } } as never);
    await handlers.kept();
    expect(handlers.lines.join("")).toContain("an event cannot be told");
  });
});
