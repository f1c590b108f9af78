// A request to a service that tells people, and what its answers mean.
import * as z from "zod";
import { pemFile, readTrustedLater } from "../../kernel/trusted-file.ts";
import { type HttpAnswer, httpRequest } from "../../transports/http-client.ts";
import { Refused, TryLater } from "../handler.ts";
import { oneLine } from "./shown-text.ts";

export interface Post {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Path of certificates that are trusted in place of the system's. */
  readonly ca: string | undefined;
}

const answerLimitBytes = 256 * 1024;
const longestPauseMs = 3_600_000;
const later = [408, 425, 429];

/** An `http` or `https` address without a user and a password in it. */
export function isHttpUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return ["http:", "https:"].includes(protocol) && username === "" && password === "";
}

export function httpUrl() {
  return z.string().refine(isHttpUrl, {
    error: "expected an http or https address without a user or a password in it",
  });
}

/** Rejects with what means later again. Redirects are not followed. */
export async function post({ url, headers, body, ca }: Post, signal: AbortSignal): Promise<HttpAnswer> {
  const trust = { verify: true, ca: ca === undefined ? undefined : await readTrustedLater(ca, pemFile) };
  return await httpRequest({
    ...{ method: "POST", url, body, signal, answerLimitBytes, trust },
    headers: { "user-agent": "yagura", ...headers },
  });
}

/** The error that an answer means; undefined where it is a success. */
export function faultOf({ status, headers, body }: HttpAnswer, nowMs: number): Error | undefined {
  if (status >= 200 && status < 300) return undefined;
  const said = oneLine(body.toString("utf8"), 300);
  const reason = `status ${status}${said === "" ? "" : `: ${said}`}`;
  if (later.includes(status) || status >= 500)
    return new TryLater(reason, { afterMs: retryAfterMs(headers["retry-after"], nowMs) });
  const target = headers.location;
  if (status < 400 && target !== undefined)
    return new Refused(`status ${status}: it leads to ${oneLine(target, 200)}, which is not followed`);
  return new Refused(reason);
}

/** RFC 9110 §10.2.3: seconds or a date; at most an hour. */
function retryAfterMs(text: string | undefined, nowMs: number): number | undefined {
  if (text === undefined) return undefined;
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - nowMs;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), longestPauseMs);
}
