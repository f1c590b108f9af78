// Handler `mail` against a real SMTP server: what it says, what it writes, and what becomes of every refusal.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { sharedCertificate } from "../support/agent.ts";
import { badPeer } from "../support/peers/bad-peer.ts";
import { smtpAnswer, startSmtp } from "../support/smtp/smtp-stand-in.ts";
import { directoryOfTest } from "../support/temporary.ts";
import { checkEvent, complianceHappening, numbered, openHandlers } from "./open-handlers.ts";

const mailTo = (port: number, more: object = {}) => ({
  mail: { smtp: `127.0.0.1:${port}`, to: ["ops@example.net"], ...more },
});

describe("a message", () => {
  it("goes to all contacts at once, with its subject, text and headers", async () => {
    const smtp = await startSmtp();
    const config = mailTo(smtp.port, {
      to: ["ops@example.net", "Ünï Operators <uni@example.net>"],
      from: "yagura@example.net",
    });
    const handlers = await openHandlers({ config });
    const event = checkEvent({ output: "Łoad is 42\nsecond line\ttab", notes: "call somebody" });
    handlers.take(event);
    expect(await handlers.nextAction()).toEqual({
      ...{ type: "action", action: "notification", handler: "mail", about: event.seq },
      ...{ outcome: "sent", text: "250 taken as 4711" },
    });
    expect(smtp.mails).toHaveLength(1);
    const { headers, headerNames, text, envelope, hello, secure } = smtp.last;
    expect(envelope).toEqual({ from: "yagura@example.net", to: ["ops@example.net", "uni@example.net"] });
    expect({ hello, secure }).toEqual({ hello: "web1.example", secure: false });
    expect(headers.get("subject")).toBe("CRITICAL: Load on Web ☂");
    expect(headers.get("to")).toBe("ops@example.net, Ünï Operators <uni@example.net>");
    expect(headers.get("from")).toBe("yagura@example.net");
    expect(headers.get("auto-submitted")).toBe("auto-generated");
    expect(headers.get("message-id")).toMatch(/^<[0-9a-f]{32}@web1\.example>$/);
    expect(Date.parse(headers.get("date") ?? "")).toBe(Math.floor(event.atMs / 1000) * 1000);
    expect(headers.get("content-type")).toContain("text/plain; charset=utf-8");
    expect(headerNames.filter((name) => /^x-/i.test(name))).toEqual([]);
    expect(text).toMatch(
      /^Load is critical; it was ok\.\n\nNode: {3}web1 \(192\.0\.2\.7\) \[Web ☂\]\nCheck: {2}linux\/load\n/,
    );
    expect(text).toMatch(
      /\nTime: {3}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\n\nŁoad is 42\nsecond line\ttab\n\ncall somebody\s*$/,
    );
    expect(smtp.last.raw).toMatch(/^Subject: =\?UTF-8\?/m);
  });

  it.each([
    [
      "of flapping",
      { type: "flapping", change: "start" } as const,
      "FLAPPING START: Load on Web ☂",
      "until it is steady",
    ],
    [
      "of its end",
      { type: "flapping", change: "stop" } as const,
      "FLAPPING STOP: Load on Web ☂",
      "is steady again: critical",
    ],
  ])("tells %s", async (_name, happening, subject, text) => {
    const smtp = await startSmtp();
    const handlers = await openHandlers({ config: mailTo(smtp.port) });
    const event = checkEvent();
    handlers.take({ ...event, ...happening } as typeof event);
    await handlers.nextAction();
    expect(smtp.last.headers.get("subject")).toBe(subject);
    expect(smtp.last.text).toContain(text);
  });

  it("tells of compliance, and of groups where that is wished", async () => {
    const smtp = await startSmtp();
    const handlers = await openHandlers({ config: mailTo(smtp.port, { events: ["compliance", "group"] }) });
    handlers.take(numbered(complianceHappening));
    handlers.take(numbered({ type: "group", change: "add", group: "redis" }));
    handlers.take(numbered({ type: "group", change: "remove", group: "redis" }));
    for (let count = 0; count < 3; count += 1) await handlers.nextAction();
    expect(smtp.mails.map(({ headers }) => headers.get("subject"))).toEqual([
      "ERROR: passwd: rights on Web ☂",
      "Web ☂ is in the group redis",
      "Web ☂ has left the group redis",
    ]);
    expect(smtp.mails[0]?.text).toContain("ERROR: /etc/passwd has mode 777");
    expect(smtp.mails[0]?.text).toContain("it was COMPLIANT");
  });

  it("is no way to write headers, recipients, commands or template code", async () => {
    const smtp = await startSmtp();
    const handlers = await openHandlers({ config: mailTo(smtp.port) });
    const evil = "x\r\nBcc: evil@example.net\r\n\r\nbody\u2028Bcc: b@example.net\0\u001b[31m";
    handlers.take(
      checkEvent({
        ...{ name: evil, displayName: evil },
        output: "{{ 7*7 }}{% for x in range(9) %}\r\n.\r\nQUIT\r\n\u001b]0;title\u0007<b>&amp;",
      }),
    );
    await handlers.nextAction();
    expect(smtp.mails).toHaveLength(1);
    const { headers, headerNames, text, envelope, raw } = smtp.last;
    expect(envelope.to).toEqual(["ops@example.net"]);
    expect(headerNames.map((name) => name.toLowerCase()).sort()).toEqual(
      [
        ...["auto-submitted", "content-transfer-encoding", "content-type", "date", "from"],
        ...["message-id", "mime-version", "subject", "to"],
      ].sort(),
    );
    expect(headers.get("subject")).toBe(
      "CRITICAL: x Bcc: evil@example.net body Bcc: b@example.net [31m on Web ☂",
    );
    expect(text).toContain("{{ 7*7 }}{% for x in range(9) %}\n.\nQUIT\n]0;title<b>&amp;");
    expect(raw).not.toContain("\u001b");
  });

  it("keeps its Message-ID at every try", async () => {
    const seen: string[] = [];
    const smtp = await startSmtp({
      onData(stream, _session, done) {
        let raw = "";
        stream.on("data", (chunk: Buffer) => {
          raw += chunk.toString();
        });
        stream.on("end", () => {
          seen.push(/^Message-ID: (.*)$/im.exec(raw)?.[1] ?? "");
          done(seen.length === 1 ? smtpAnswer(450, "come back later") : null);
        });
      },
    });
    const handlers = await openHandlers({ config: mailTo(smtp.port) });
    handlers.take(checkEvent());
    expect(await handlers.nextAction()).toMatchObject({
      outcome: "retried",
      text: expect.stringContaining("450 come back later") as string,
    });
    expect(await handlers.nextAction()).toMatchObject({ outcome: "sent" });
    handlers.take(checkEvent());
    await handlers.nextAction();
    expect(seen[0]).toMatch(/^<[0-9a-f]{32}@web1\.example>\r?$/);
    expect(seen[1]).toBe(seen[0]);
    expect(seen[2]).not.toBe(seen[0]);
    expect(handlers.reports()[0]).toMatchObject({ sent: 2, retried: 1, waiting: 0, state: "idle" });
  });
});

describe("what a server answers", () => {
  const event = () => checkEvent();

  it("a recipient is refused: the rest get it, and the report says who did not", async () => {
    const smtp = await startSmtp({
      onRcptTo({ address }, _session, done) {
        done(address === "gone@example.net" ? smtpAnswer(550, "no such user") : null);
      },
    });
    const handlers = await openHandlers({
      config: mailTo(smtp.port, { to: ["gone@example.net", "ops@example.net"] }),
    });
    handlers.take(event());
    expect(await handlers.nextAction()).toMatchObject({
      outcome: "sent",
      text: "250 taken as 4711; not for gone@example.net: 550 no such user",
    });
    expect(smtp.last.envelope.to).toEqual(["ops@example.net"]);
  });

  it("a recipient is put off: only that one gets it again", async () => {
    let tries = 0;
    const smtp = await startSmtp({
      onRcptTo({ address }, _session, done) {
        if (address === "slow@example.net") tries += 1;
        done(address === "slow@example.net" && tries === 1 ? smtpAnswer(451, "grey") : null);
      },
    });
    const handlers = await openHandlers({
      config: mailTo(smtp.port, { to: ["slow@example.net", "ops@example.net"] }),
    });
    handlers.take(event());
    expect(await handlers.nextAction()).toMatchObject({
      outcome: "retried",
      text: /1 have it; slow@example\.net: 451 grey/,
    });
    expect(await handlers.nextAction()).toMatchObject({ outcome: "sent" });
    expect(smtp.mails.map(({ envelope }) => envelope.to)).toEqual([
      ["ops@example.net"],
      ["slow@example.net"],
    ]);
    expect(smtp.last.headers.get("to")).toContain("ops@example.net");
  });

  it.each([
    [
      "the sender is refused",
      { onMailFrom: (_a: unknown, _s: unknown, done: Done) => done(smtpAnswer(553, "not you")) },
      "refused",
      "553 not you",
    ],
    [
      "all recipients are refused",
      { onRcptTo: (_a: unknown, _s: unknown, done: Done) => done(smtpAnswer(550, "nobody")) },
      "refused",
      "550 nobody",
    ],
    [
      "all are put off",
      { onRcptTo: (_a: unknown, _s: unknown, done: Done) => done(smtpAnswer(451, "grey")) },
      "later",
      "451 grey",
    ],
    ["the text is refused", { onData: refuseData(554, "spam") }, "refused", "554 spam"],
    ["the text is put off", { onData: refuseData(452, "disk full") }, "later", "452 disk full"],
    [
      "the connection is refused",
      { onConnect: (_s: unknown, done: Done) => done(smtpAnswer(421, "busy")) },
      "later",
      "421",
    ],
  ] as const)("%s: %#", async (_name, options, outcome, text) => {
    const smtp = await startSmtp(options as never);
    const handlers = await openHandlers({ config: mailTo(smtp.port) });
    const answer = await handlers.test("mail");
    expect(answer.outcome).toBe(outcome);
    expect(answer.text).toContain(text);
    expect(smtp.mails).toEqual([]);
    expect(handlers.actions).toEqual([]);
  });

  it.each(["is down", "hangs", "closes at once", "closes after half", "resets", "lies"] as const)(
    "a server that %s is asked again",
    async (manner) => {
      const peer = await badPeer({
        well: (socket) => socket.destroy(),
        fails: (socket) => socket.destroy(),
        lies: (socket) => socket.on("data", () => socket.write("what?\r\n")).write("hello\r\n"),
      });
      await peer.behave(manner);
      const handlers = await openHandlers({ config: mailTo(peer.port, { deadline: "300ms" }) });
      expect((await handlers.test("mail")).outcome).toBe("later");
    },
  );

  it("a server that closes in the middle of the text is asked again", async () => {
    const peer = await badPeer({
      well(socket) {
        socket.write("220 here\r\n");
        let inData = false;
        socket.on("data", (chunk: Buffer) => {
          const text = chunk.toString();
          if (inData) socket.destroy();
          else if (/^DATA\r\n/m.test(text)) {
            inData = true;
            socket.write("354 go on\r\n");
          } else socket.write(text.startsWith("EHLO") ? "250-here\r\n250 SIZE\r\n" : "250 ok\r\n");
        });
      },
      fails: (socket) => socket.destroy(),
      lies: (socket) => socket.destroy(),
    });
    const handlers = await openHandlers({ config: mailTo(peer.port) });
    expect((await handlers.test("mail")).outcome).toBe("later");
  });
});

type Done = (error?: Error | null) => void;

function refuseData(code: number, text: string) {
  return (stream: NodeJS.ReadableStream, _session: unknown, done: Done) => {
    stream.on("end", () => done(smtpAnswer(code, text)));
    stream.resume();
  };
}

describe("login and encryption", () => {
  const login = {
    authOptional: false,
    disabledCommands: [] as string[],
    onAuth(
      { username, password }: { username?: string; password?: string },
      _session: unknown,
      done: (error: Error | null, answer?: { user: string }) => void,
    ) {
      if (username === "us:er" && password === "p@ss wörd") done(null, { user: username });
      else done(smtpAnswer(535, "wrong password"));
    },
  };

  async function secured(more: object = {}) {
    const { certificate, key } = await sharedCertificate();
    const ca = join(directoryOfTest(), "ca.pem");
    writeFileSync(ca, certificate);
    const smtp = await startSmtp({ ...login, cert: certificate, key, ...more } as never);
    return { smtp, ca };
  }

  const credentials = { user: "us:er", password: "p@ss wörd" };

  it.each([["PLAIN"], ["LOGIN"]])("logs in by %s behind STARTTLS", async (method) => {
    const { smtp, ca } = await secured({ authMethods: [method] });
    const handlers = await openHandlers({ config: mailTo(smtp.port, { ...credentials, ca }) });
    expect(await handlers.test("mail")).toMatchObject({ outcome: "sent" });
    expect(smtp.last).toMatchObject({ user: "us:er", secure: true });
  });

  it("takes the user and the password out of an address", async () => {
    const { smtp, ca } = await secured();
    const url = `smtp://us%3Aer:p%40ss%20w%C3%B6rd@localhost:${smtp.port}`;
    const handlers = await openHandlers({ config: { mail: { smtp: url, to: "ops@example.net", ca } } });
    expect(await handlers.test("mail")).toMatchObject({ outcome: "sent" });
    expect(smtp.last.user).toBe("us:er");
  });

  it("speaks TLS from the first byte", async () => {
    const { smtp, ca } = await secured({ secure: true });
    for (const more of [{ tls: "implicit" }, { smtps: true }]) {
      const handlers = await openHandlers({ config: mailTo(smtp.port, { ...credentials, ca, ...more }) });
      expect(await handlers.test("mail")).toMatchObject({ outcome: "sent" });
    }
    expect(smtp.mails.map(({ secure }) => secure)).toEqual([true, true]);
  });

  it("never sends a password in clear, unless told to", async () => {
    const heard: string[] = [];
    const clear = { ...login, disabledCommands: ["STARTTLS"], allowInsecureAuth: true };
    const smtp = await startSmtp({
      ...clear,
      onAuth(auth: { username?: string; password?: string }, session: unknown, done: never) {
        heard.push(auth.password ?? "");
        login.onAuth(auth, session, done);
      },
    } as never);
    const config = mailTo(smtp.port, credentials);
    expect((await (await openHandlers({ config })).test("mail")).outcome).not.toBe("sent");
    expect(heard).toEqual([]);
    const told = mailTo(smtp.port, { ...credentials, tls: "none" });
    expect((await (await openHandlers({ config: told })).test("mail")).outcome).toBe("sent");
    expect(heard).toEqual(["p@ss wörd"]);
  });

  it("insists on a certificate that it knows where a password is at stake", async () => {
    const { smtp } = await secured();
    const handlers = await openHandlers({ config: mailTo(smtp.port, credentials) });
    const answer = await handlers.test("mail");
    expect(answer).toMatchObject({ outcome: "later", text: /self[- ]signed/ });
    expect(smtp.mails).toEqual([]);
  });

  it("encrypts where the server offers it, whoever it is", async () => {
    const { smtp } = await secured({ authOptional: true });
    const handlers = await openHandlers({ config: mailTo(smtp.port) });
    expect(await handlers.test("mail")).toMatchObject({ outcome: "sent" });
    expect(smtp.last.secure).toBe(true);
    const strict = await openHandlers({ config: mailTo(smtp.port, { tls: "require" }) });
    expect(await strict.test("mail")).toMatchObject({ outcome: "later" });
    const clear = await openHandlers({ config: mailTo(smtp.port, { tls: "none" }) });
    expect(await clear.test("mail")).toMatchObject({ outcome: "sent" });
    expect(smtp.last.secure).toBe(false);
  });

  it("says what a server says of a wrong password, and never the password", async () => {
    const { smtp, ca } = await secured({
      onAuth: (auth: { password?: string }, _s: unknown, done: Done) =>
        done(smtpAnswer(535, `${auth.password} is wrong`)),
    });
    const handlers = await openHandlers({ config: mailTo(smtp.port, { ...credentials, ca }) });
    handlers.take(checkEvent());
    const action = await handlers.nextAction();
    expect(action).toMatchObject({ outcome: "retried", text: /535 \*\*\* is wrong/ });
    expect(JSON.stringify([handlers.reports(), handlers.lines, handlers.actions])).not.toContain("p@ss");
  });
});

describe("templates", () => {
  function templates(files: Record<string, string>) {
    const directory = directoryOfTest();
    mkdirSync(directory, { recursive: true });
    for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
    return { directory, path: (name: string) => join(directory, name) };
  }

  it("see the check, the time, the handler and the node", async () => {
    const smtp = await startSmtp();
    const { path } = templates({
      "s.tpl":
        "{{ check.id }}/{{ check.state_id }}/{{ check.old_state_id }}/{{ check.last_check }}/{{ check.pack_name }}",
      "t.tpl":
        "{{ handler.name }} {{ handler.contacts | join }} {{ check.limit }} {{ node.groups[0] }} {{ _time | length }} {% include 'more.tpl' %}",
      "more.tpl": "and {{ check.output | upper }}",
    });
    const config = mailTo(smtp.port, { subject_template: path("s.tpl"), text_template: path("t.tpl") });
    const handlers = await openHandlers({ config });
    handlers.take(checkEvent({ extra: { limit: 9 } }));
    await handlers.nextAction();
    expect(smtp.last.headers.get("subject")).toBe("linux/load/2/0/1700000000/linux");
    expect(smtp.last.text.trim()).toBe("mail ops@example.net 9 linux 19 and LOAD IS 42");
  });

  it("are read again when a file changes, also one that is taken in", async () => {
    const smtp = await startSmtp();
    const { path } = templates({ "s.tpl": "one {% include 'in.tpl' %}", "in.tpl": "a" });
    const handlers = await openHandlers({ config: mailTo(smtp.port, { subject_template: path("s.tpl") }) });
    const subject = async () => {
      await handlers.test("mail");
      return smtp.last.headers.get("subject");
    };
    expect(await subject()).toBe("one a");
    writeFileSync(path("in.tpl"), "another");
    expect(await subject()).toBe("one another");
    writeFileSync(path("s.tpl"), "second");
    expect(await subject()).toBe("second");
    rmSync(path("s.tpl"));
    expect(await handlers.test("mail")).toMatchObject({
      outcome: "refused",
      text: /s\.tpl: there is no such file/,
    });
  });

  it.each([
    ["missing", undefined, "there is no such file"],
    ["wrong", "{% if %}", "s.tpl:1:"],
    ["one that reaches outside", "{% include '/etc/hostname' %}", "s.tpl:1:"],
    ["one that climbs", "{% include '../../etc/hostname' %}", "s.tpl:1:"],
    [
      "endless",
      "{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}",
      "s.tpl:1:",
    ],
  ])("that is %s costs the mail, and is logged as an error", async (_name, text, reason) => {
    const smtp = await startSmtp();
    const { path } = templates(text === undefined ? {} : { "s.tpl": text });
    const handlers = await openHandlers({ config: mailTo(smtp.port, { subject_template: path("s.tpl") }) });
    handlers.take(checkEvent());
    expect(await handlers.nextAction()).toMatchObject({
      outcome: "refused",
      text: expect.stringContaining(reason) as string,
    });
    expect(handlers.lines.filter((line) => line.includes("[error]"))).toHaveLength(1);
    expect(smtp.mails).toEqual([]);
  });
});
