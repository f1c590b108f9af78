// Which mail server, and how: from the forms in which it is configured to one.
import { isIP } from "node:net";

export type TlsWish = "none" | "try" | "require" | "implicit";

export interface SmtpWish {
  /** `host`, `host:port`, or an `smtp:` or `smtps:` address that may hold a user and a password. */
  readonly smtp: string;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  readonly tls: TlsWish;
  /** TLS from the first byte, in the older system's words. */
  readonly smtps: boolean;
}

export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  readonly tls: TlsWish;
  readonly user: string | undefined;
  readonly password: string | undefined;
}

const portOf = { plain: 25, implicit: 465 };

/** Undefined when `smtp` names no server. */
export function smtpServerOf({ smtp, user, password, tls, smtps }: SmtpWish): SmtpServer | undefined {
  const url = urlOf(smtp);
  if (url === undefined) return undefined;
  const isImplicit = smtps || tls === "implicit" || url.protocol === "smtps:";
  const known = { user: user ?? textOf(url.username), password: password ?? textOf(url.password) };
  return {
    ...known,
    host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
    port: url.port === "" ? portOf[isImplicit ? "implicit" : "plain"] : Number(url.port),
    tls: isImplicit ? "implicit" : stricter(tls, known.password),
  };
}

/** A password goes out in clear only where that is asked for in so many words. */
function stricter(tls: TlsWish, password: string | undefined): TlsWish {
  return tls === "try" && password !== undefined ? "require" : tls;
}

function urlOf(text: string): URL | undefined {
  const isWhole = /^smtps?:\/\//i.test(text);
  const bare = isIP(text) === 6 ? `[${text}]` : text;
  const whole = isWhole ? text : `smtp://${bare}`;
  if (!URL.canParse(whole)) return undefined;
  const url = new URL(whole);
  const isServer = /^(\[[0-9a-f.:]+\]|[\w.-]+)$/i.test(url.hostname) && url.port !== "0";
  const isOnlyServer = ["", "/"].includes(url.pathname) && url.search === "" && url.hash === "";
  const mayHoldUser = isWhole || (url.username === "" && url.password === "");
  return isServer && isOnlyServer && mayHoldUser && isDecodable(url) ? url : undefined;
}

function isDecodable({ username, password }: URL): boolean {
  try {
    decodeURIComponent(username + password);
    return true;
  } catch {
    return false;
  }
}

function textOf(encoded: string): string | undefined {
  return encoded === "" ? undefined : decodeURIComponent(encoded);
}
