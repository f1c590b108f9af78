// One message to one mail server, and what the server said of each recipient. The library is loaded by the first one.
import { isIP, type Socket } from "node:net";
import { pemFile, readTrustedLater } from "../../../kernel/trusted-file.ts";
import { connected } from "../../../transports/connect.ts";
import { systemAuthorities } from "../../../transports/system-authorities.ts";
import { Refused, TryLater } from "../../handler.ts";
import { oneLine } from "../../telling/shown-text.ts";
import type { MailAddress } from "./mail-address.ts";
import type { SmtpServer } from "./smtp-server.ts";

export interface MailMessage {
  readonly from: MailAddress;
  readonly to: readonly MailAddress[];
  /** Those who get it this time. */
  readonly recipients: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly messageId: string;
  readonly date: Date;
}

export interface SmtpSession {
  readonly server: SmtpServer;
  /** Path of certificates that are trusted in place of the system's. */
  readonly ca: string | undefined;
  readonly hello: string;
  readonly deadlineMs: number;
}

interface Turned {
  readonly address: string;
  readonly reason: string;
}

export interface MailResult {
  readonly accepted: number;
  readonly later: readonly Turned[];
  readonly refused: readonly Turned[];
  readonly said: string;
}

/** Rejects with `Refused` where the server says no for good; with anything else for what is worth another try. */
export async function deliverMail(
  message: MailMessage,
  session: SmtpSession,
  signal: AbortSignal,
): Promise<MailResult> {
  const { createTransport } = await import("nodemailer");
  const options = await optionsOf(session);
  const connection = await connectionTo(session.server, signal);
  const transport = createTransport({ ...options, connection });
  const { from, to, recipients, subject, text, messageId, date } = message;
  try {
    const sent = await transport.sendMail({
      ...{ from, to: [...to], subject, text, messageId, date, signal },
      envelope: { from: from.address, to: [...recipients] },
      headers: { "Auto-Submitted": "auto-generated" },
      xMailer: false,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    const turned = sortTurned((sent.rejectedErrors ?? []) as readonly SmtpFault[]);
    return { accepted: sent.accepted.length, ...turned, said: oneLine(sent.response, 300) };
  } catch (thrown) {
    const fault = thrown as SmtpFault;
    const turned = fault.rejectedErrors ?? [];
    if (turned.length > 0) return { accepted: 0, ...sortTurned(turned), said: "" };
    throw errorOf(fault, session.server);
  } finally {
    transport.close();
  }
}

/** Not the library's own: it asks for the server's name by itself. */
async function connectionTo(server: SmtpServer, signal: AbortSignal): Promise<Socket> {
  try {
    return await connected(server, signal);
  } catch (thrown) {
    throw errorOf(thrown as SmtpFault, server);
  }
}

async function optionsOf({ server, ca, hello, deadlineMs }: SmtpSession) {
  const { host, port, tls, user, password } = server;
  const auth = user === undefined ? {} : { auth: { user, pass: password ?? "" }, forceAuth: true };
  return {
    ...{ host, port, name: hello, ...auth },
    secure: tls === "implicit",
    ignoreTLS: tls === "none",
    requireTLS: tls === "require",
    opportunisticTLS: tls === "try",
    tls: {
      // Who only tries to encrypt has nothing to lose by a certificate that nobody knows.
      rejectUnauthorized: tls !== "try" || ca !== undefined,
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ...(ca === undefined
        ? { secureContext: systemAuthorities.context() }
        : { ca: await readTrustedLater(ca, pemFile) }),
    },
    // The caller's signal ends it before.
    ...{ connectionTimeout: deadlineMs, greetingTimeout: deadlineMs, socketTimeout: deadlineMs },
    dnsTimeout: deadlineMs,
    allowInternalNetworkInterfaces: true,
  };
}

/** What the library adds to an error. */
interface SmtpFault extends Error {
  readonly code?: string;
  readonly response?: string;
  readonly responseCode?: number;
  readonly recipient?: string;
  readonly rejectedErrors?: readonly SmtpFault[];
}

function sortTurned(faults: readonly SmtpFault[]): Pick<MailResult, "later" | "refused"> {
  const turned = (some: readonly SmtpFault[]) =>
    some.map((fault) => ({ address: fault.recipient ?? "", reason: saidIn(fault) }));
  const isForGood = ({ responseCode = 0 }: SmtpFault) => responseCode >= 500;
  return {
    later: turned(faults.filter((fault) => !isForGood(fault))),
    refused: turned(faults.filter(isForGood)),
  };
}

function errorOf(fault: SmtpFault, { host, port }: SmtpServer): Error {
  const reason = `${host}:${port}: ${saidIn(fault)}`;
  // A wrong password is put right by somebody, and the message is still wanted then.
  const isForGood = (fault.responseCode ?? 0) >= 500 && fault.code !== "EAUTH";
  return isForGood ? new Refused(reason) : new TryLater(reason);
}

function saidIn({ response, message }: SmtpFault): string {
  return oneLine(response === undefined || response === "" ? message : response, 300);
}
