// One server that metrics are posted to: kept-alive connection, compression, and what its answers mean.
import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";
import * as z from "zod";
import { pemFile, readTrustedLater } from "../../../kernel/trusted-file.ts";
import { type HttpAnswer, httpRequest } from "../../../transports/http-client.ts";
import { reachUrl } from "../../../transports/reach.ts";
import { Refused, TryLater, type WriterNeeds } from "../../output.ts";
import { shownReason, unanswered } from "./unanswered.ts";

export interface HttpTargetConfig {
  readonly url: string;
  /** Sent with every request; content type and length are the request's own. */
  readonly headers: Readonly<Record<string, string>>;
  /** Compress what is larger than 1 KiB. */
  readonly gzip: boolean;
  /** Path of certificates that are trusted in place of the system's. */
  readonly ca?: string | undefined;
  /** What must not be shown when the server repeats it. */
  readonly secrets: readonly (string | undefined)[];
}

export interface Post {
  /** Appended to the path of the target's URL. */
  readonly path?: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

export interface HttpTarget {
  /** The server's address as it is shown. */
  readonly address: string;
  /** Rejects when nobody listens there. */
  reach(signal: AbortSignal): Promise<void>;
  /** Rejects with what means later again. */
  post(post: Post, signal: AbortSignal): Promise<HttpAnswer>;
  /** The error for an answer that is no success: `Refused` where `refusing` holds the status. */
  rejection(answer: HttpAnswer, refusing: readonly number[]): Error;
  close(): void;
}

const compressed = promisify(gzip);
const compressFromBytes = 1024;
const answerLimitBytes = 1024 * 1024;
const longestRetryMs = 300_000;

/** Names that InfluxDB and others read credentials from. */
const secretFields = ["u", "p", "token", "username", "password", "apikey", "api_key"];

/** An `http` or `https` address in which nobody's password stands, as it is shown to everybody. */
export function httpUrl() {
  return z
    .url({ protocol: /^https?$/ })
    .refine((text) => !/^[^/]*\/\/[^/?#]*@/.test(text), {
      error: "a user or a password in the address would be shown: it must stand without them",
    })
    .refine((text) => !URL.canParse(text) || !namesSecret(new URL(text)), {
      error:
        "credentials behind `?` in the address would be shown: give them with the keys `username` and `password`, or `token`",
    });
}

function namesSecret({ searchParams }: URL): boolean {
  return [...searchParams.keys()].some((name) => secretFields.includes(name.toLowerCase()));
}

export async function createHttpTarget(config: HttpTargetConfig, needs: WriterNeeds): Promise<HttpTarget> {
  const base = new URL(config.url);
  const options = { keepAlive: true, maxSockets: 2 };
  const ca = config.ca === undefined ? {} : { ca: await readTrustedLater(config.ca, pemFile) };
  const agent = base.protocol === "https:" ? new HttpsAgent({ ...options, ...ca }) : new HttpAgent(options);
  const peer = { address: base.origin + base.pathname, secrets: config.secrets };
  return {
    address: peer.address,
    async reach(signal) {
      try {
        await reachUrl(base, signal);
      } catch (thrown) {
        throw unanswered(thrown, peer);
      }
    },
    async post({ path = "", query = {}, headers = {}, body }, signal) {
      const url = addressOf(base, path, query);
      const packed = config.gzip && body.length > compressFromBytes;
      const sent = packed ? await compressed(body, { level: constants.Z_BEST_SPEED }) : body;
      const all = {
        "user-agent": needs.userAgent,
        ...config.headers,
        ...headers,
        ...(packed ? { "content-encoding": "gzip" } : {}),
      };
      try {
        return await httpRequest({
          method: "POST",
          url,
          headers: all,
          body: sent,
          answerLimitBytes,
          agent,
          signal,
        });
      } catch (thrown) {
        throw unanswered(thrown, peer);
      }
    },
    rejection(answer, refusing) {
      const reason = `status ${answer.status}${shownReason(` ${saidIn(answer)}`, peer).replace(/^(?=.)/, ": ")}`;
      if (refusing.includes(answer.status)) return new Refused(`${peer.address}: ${reason}`);
      const afterMs = [429, 502, 503, 504].includes(answer.status)
        ? retryAfterMs(answer.headers["retry-after"], needs.clock.now())
        : undefined;
      return afterMs === undefined
        ? unanswered(reason, peer)
        : new TryLater(`${peer.address}: ${reason}`, afterMs);
    },
    close: () => agent.destroy(),
  };
}

/** What a server says of an error: in InfluxDB's and OTLP's JSON, or as text. */
export function saidIn({ body }: HttpAnswer): string {
  const text = body.toString("utf8");
  const json = jsonIn(text);
  const said = json?.["error"] ?? json?.["message"];
  return typeof said === "string" ? said : text;
}

/** The object that the text is, or undefined. */
export function jsonIn(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** RFC 9110 §10.2.3: seconds or a date; at most five minutes. */
function retryAfterMs(text: string | undefined, nowMs: number): number | undefined {
  if (text === undefined) return undefined;
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - nowMs;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), longestRetryMs);
}

function addressOf(base: URL, path: string, query: Post["query"]): URL {
  const url = new URL(base);
  if (path !== "") url.pathname = base.pathname.replace(/\/$/, "") + path;
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined) url.searchParams.set(name, value);
  }
  return url;
}
