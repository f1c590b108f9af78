// Requests to other agents and servers: one answer or one failure, within one deadline, never more than so many bytes.
import { createHash } from "node:crypto";
import {
  type Agent as HttpAgent,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as requestHttp,
} from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";
import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { reasonOf } from "../kernel/errors.ts";
import { GrowingBuffer } from "../kernel/growing-buffer.ts";
import { type ConnectionNameOptions, type ConnectionNames, connectionNames } from "./connect.ts";
import { type SystemAuthorities, systemAuthorities } from "./system-authorities.ts";

export interface PeerTrust {
  /** Check the chain and the name against `ca`, or the system's authorities when there is none. */
  readonly verify: boolean;
  /** PEM. */
  readonly ca?: string | Buffer | undefined;
  /** Whom to believe where there is no `ca`; those of this host when absent. */
  readonly authorities?: SystemAuthorities;
  /** SHA-256 of the certificate's DER form, in hexadecimal with or without colons. Checked whether or not `verify`. */
  readonly pin?: string | undefined;
}

export interface OwnIdentity {
  /** PEM, shown to peers that ask for a client certificate. */
  readonly cert: string | Buffer;
  readonly key: string | Buffer;
}

export interface HttpRequest {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** `http:` or `https:`. With a socket path only the path and query of it count. */
  readonly url: URL;
  /** Path of a unix socket to speak plain HTTP on. */
  readonly socketPath?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer | undefined;
  /** For the whole exchange, connecting and the body included; only the signal bounds it when absent. */
  readonly timeoutMs?: number;
  /** Gives the exchange up at once. */
  readonly signal?: AbortSignal;
  readonly answerLimitBytes: number;
  /**
   * Takes the body of a 200 as it comes, however long it is; the answer's own body is empty then. What comes after a
   * chunk waits, on the way, for the promise that was given for it. Throwing or rejecting gives the exchange up.
   */
  readonly onChunk?: (chunk: Buffer) => unknown;
  readonly trust?: PeerTrust;
  readonly identity?: OwnIdentity | undefined;
  /** Asked with the address that was connected to before anything is sent to it; what it gives ends the exchange. */
  readonly refuseAddress?: (address: string) => Error | undefined;
  /** How the host's name is looked up. */
  readonly naming?: ConnectionNameOptions;
  /** A pool of kept-alive connections; a connection for this request alone when absent. */
  readonly agent?: HttpAgent | HttpsAgent;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Why there is no answer. `timeout` means that the deadline passed; everything else is `failed`. */
export class HttpFailure extends Error {
  override readonly name = "HttpFailure";
  readonly kind: "timeout" | "failed";

  constructor(kind: "timeout" | "failed", reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.kind = kind;
  }
}

/** Rejects with `HttpFailure` only. Redirects are answers like others: they are not followed. */
export function httpRequest(request: HttpRequest): Promise<HttpAnswer> {
  const { signal } = request;
  return new Promise((resolve, reject) => {
    const names = connectionNames(request.naming);
    const outgoing = open(request, names);
    const fail = (kind: HttpFailure["kind"], reason: string, cause?: unknown) => {
      bounds.lift();
      names.giveUp();
      outgoing.destroy();
      reject(new HttpFailure(kind, reason, { cause }));
    };
    const bounds = bound(request, fail);
    // Not once: an error after the first one that nobody listens to would end the process.
    outgoing.on("error", (error) => fail("failed", describe(error), error));
    outgoing.once("socket", (socket) => {
      checkAddress(socket, request.refuseAddress, (error) => fail("failed", error.message, error));
      checkPin(socket as TLSSocket, request.trust?.pin, fail);
    });
    outgoing.once("response", (incoming) => {
      const taken = new GrowingBuffer();
      const { onChunk } = request;
      const isStream = onChunk !== undefined && incoming.statusCode === 200;
      const feeding = isStream
        ? feed(incoming, onChunk, (thrown) => fail("failed", reasonOf(thrown), thrown))
        : undefined;
      if (feeding === undefined)
        incoming.on("data", (chunk: Buffer) => {
          if (taken.length + chunk.length > request.answerLimitBytes)
            fail("failed", `answer larger than ${request.answerLimitBytes} bytes`);
          else taken.append(chunk);
        });
      incoming.on("error", (error) => fail("failed", `unexpected EOF (${error.message})`, error));
      const succeed = () => {
        bounds.lift();
        const { statusCode: status = 0, headers } = incoming;
        resolve({ status, headers, body: taken.view });
      };
      incoming.once("end", () => {
        if (!incoming.complete) fail("failed", "unexpected EOF");
        else if (feeding?.taking === undefined) succeed();
        // The end is told of as soon as the last chunk was given, also where that is still being taken.
        else feeding.taking.then(succeed, () => {});
      });
    });
    if (signal?.aborted) fail("failed", "given up", signal.reason);
    else outgoing.end(request.body);
  });
}

/** Gives the body away chunk by chunk, no faster than they are taken. */
function feed(
  incoming: IncomingMessage,
  onChunk: (chunk: Buffer) => unknown,
  fail: (thrown: unknown) => void,
): { readonly taking: Promise<unknown> | undefined } {
  const state: { taking: Promise<unknown> | undefined } = { taking: undefined };
  incoming.on("data", (chunk: Buffer) => {
    try {
      const taken = onChunk(chunk);
      if (!(taken instanceof Promise)) return;
      state.taking = taken;
      incoming.pause();
      taken.then(() => incoming.resume(), fail);
    } catch (thrown) {
      fail(thrown);
    }
  });
  return state;
}

/** The two ways in which an exchange ends before its time. */
function bound(
  { timeoutMs, signal }: HttpRequest,
  fail: (kind: HttpFailure["kind"], reason: string, cause?: unknown) => void,
): { lift(): void } {
  const giveUp = () => fail("failed", "given up", signal?.reason);
  const timer =
    timeoutMs === undefined
      ? undefined
      : setTimeout(() => fail("timeout", `no answer within ${timeoutMs} ms`), timeoutMs);
  signal?.addEventListener("abort", giveUp, { once: true });
  return {
    lift() {
      clearTimeout(timer);
      signal?.removeEventListener("abort", giveUp);
    },
  };
}

/** A name with several addresses fails with one error for each and none of its own. */
function describe(error: Error): string {
  if (!(error instanceof AggregateError) || error.message !== "") return error.message;
  return error.errors.map((one: unknown) => (one instanceof Error ? one.message : String(one))).join("; ");
}

function open(
  { method, url, socketPath, headers, body, trust, identity, agent }: HttpRequest,
  { lookup }: ConnectionNames,
) {
  const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
  const common = { method, headers: { ...length, ...headers }, ...(agent === undefined ? {} : { agent }) };
  if (socketPath !== undefined)
    return requestHttp({ ...common, socketPath, path: url.pathname + url.search });
  if (url.protocol === "http:") return requestHttp(url, { ...common, lookup });
  return requestHttps(url, {
    ...common,
    lookup,
    rejectUnauthorized: trust?.verify ?? true,
    ...authoritiesOf({ trust, agent, identity }),
    ...(identity === undefined ? {} : { cert: identity.cert, key: identity.key }),
  });
}

/** Those that were named, by the request or its pool; else the system's, in a context that all share. */
function authoritiesOf({
  trust,
  agent,
  identity,
}: {
  readonly [Key in "trust" | "agent" | "identity"]: HttpRequest[Key] | undefined;
}) {
  if (trust?.ca !== undefined) return { ca: trust.ca };
  const ofPool = agent instanceof HttpsAgent ? agent.options.ca : undefined;
  if (trust?.verify === false || ofPool !== undefined) return {};
  return { secureContext: (trust?.authorities ?? systemAuthorities).context(identity) };
}

/** Before the handshake, which would be something sent already. */
function checkAddress(
  socket: Socket,
  refuse: HttpRequest["refuseAddress"],
  fail: (error: Error) => void,
): void {
  if (refuse === undefined) return;
  const check = () => {
    const refusal = refuse(socket.remoteAddress ?? "");
    if (refusal === undefined) return;
    socket.destroy();
    fail(refusal);
  };
  if (socket.connecting) socket.prependOnceListener("connect", check);
  else check();
}

/** The request is written only after the handshake, so a wrong certificate sees none of it. */
function checkPin(
  socket: TLSSocket,
  pin: string | undefined,
  fail: (kind: "failed", reason: string) => void,
): void {
  if (pin === undefined) return;
  const check = () => {
    const { raw } = socket.getPeerCertificate();
    const found = raw === undefined ? "none" : fingerprintOf(raw);
    if (found !== normalPin(pin))
      fail("failed", `the certificate's fingerprint is ${found}, not the pinned one`);
  };
  if (socket.connecting || socket.getPeerCertificate().raw === undefined)
    socket.prependOnceListener("secureConnect", check);
  else check();
}

/** SHA-256 of a certificate's DER form, lower-case hexadecimal. */
export function fingerprintOf(der: Buffer): string {
  return createHash("sha256").update(der).digest("hex");
}

function normalPin(pin: string): string {
  return pin
    .replace(/^sha256[:/]/i, "")
    .replaceAll(":", "")
    .toLowerCase();
}
