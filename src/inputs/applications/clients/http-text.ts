// Pages that applications show about themselves over HTTP: fetched whole, bounded, given up when the reading is over.
import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import * as z from "zod";
import { httpRequest } from "../../../transports/http-client.ts";
import { unanswered } from "./unanswered.ts";

export interface Page {
  readonly url: URL;
  /** For basic authentication; none when there is no user. */
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  readonly answerLimitBytes: number;
  readonly signal: AbortSignal;
}

export interface PageAnswer {
  readonly status: number;
  readonly text: string;
}

const timeoutMs = 3000;

/** An `http` or `https` address in which nobody's password stands, as it is shown to everybody. */
export function httpAddress() {
  return z.url({ protocol: /^https?$/ }).refine((text) => !/^[^/]*\/\/[^/?#]*@/.test(text), {
    error: "a user or a password in the address would be shown: it must stand without them",
  });
}

/** Host, port and path: what stands in a query may be a token. */
export function shownAddress({ origin, pathname }: URL): string {
  return `${origin}${pathname}`;
}

/** Whatever the status. Rejects with `collector.unanswered`. */
export async function askPage(page: Page): Promise<PageAnswer> {
  const { url, signal, answerLimitBytes } = page;
  signal.throwIfAborted();
  // The pool knows the request's socket, and so can end it.
  const agent = url.protocol === "https:" ? new HttpsAgent() : new HttpAgent();
  const end = () => agent.destroy();
  signal.addEventListener("abort", end, { once: true });
  try {
    const headers = authorization(page);
    const answer = await httpRequest({ method: "GET", url, headers, timeoutMs, answerLimitBytes, agent });
    return { status: answer.status, text: answer.body.toString("utf8") };
  } catch (thrown) {
    throw unanswered(thrown, { address: shownAddress(url), secrets: [page.password] });
  } finally {
    signal.removeEventListener("abort", end);
    agent.destroy();
  }
}

function authorization({ user, password = "" }: Page): Record<string, string> {
  if (user === undefined || user === "") return {};
  return { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}` };
}
