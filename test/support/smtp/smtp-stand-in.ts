// A mail server on loopback that keeps what it gets, and refuses, defers or hangs as a test wishes.
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { onTestFinished } from "vitest";
import { type ReceivedMail, readMail } from "./read-mail.ts";

export interface SmtpStandIn {
  readonly port: number;
  /** In the order of their arrival. */
  readonly mails: ReceivedMail[];
  /** The newest of them; throws when there is none. */
  readonly last: ReceivedMail;
}

/** An answer with its code. */
export function smtpAnswer(responseCode: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode });
}

/** Gone when the test that asked is over. Neither TLS nor login unless the options say so. */
export async function startSmtp(options: SMTPServerOptions = {}): Promise<SmtpStandIn> {
  const mails: ReceivedMail[] = [];
  const server = new SMTPServer({
    disabledCommands: ["STARTTLS", "AUTH"],
    authOptional: true,
    disableReverseLookup: true,
    closeTimeout: 100,
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({
          ...readMail(Buffer.concat(chunks).toString("utf8")),
          envelope: {
            from: mailFrom === false ? "" : mailFrom.address,
            to: rcptTo.map(({ address }) => address),
          },
          user: session.user === undefined ? undefined : String(session.user),
          secure: session.secure === true,
          hello: String(session.hostNameAppearsAs),
        });
        done(null, "taken as 4711");
      });
    },
    ...options,
  });
  server.on("error", () => {});
  server.listen(0, "127.0.0.1");
  await once(server.server, "listening");
  onTestFinished(() => new Promise<void>((resolve) => server.close(resolve)));
  return {
    port: (server.server.address() as AddressInfo).port,
    mails,
    get last() {
      const last = mails.at(-1);
      if (last === undefined) throw new Error("no mail has come");
      return last;
    },
  };
}
