// Requests through an HTTP proxy: a tunnel for https (CONNECT, RFC 9110 §9.3.6), the whole URL in the request line for
// http (RFC 9112 §3.2.2).
import { type ClientRequest, type IncomingMessage, request as requestHttp } from "node:http";
import { Agent, type RequestOptions, request as requestHttps } from "node:https";
import { isIP, type Socket } from "node:net";
import { type ConnectionOptions, connect } from "node:tls";
import { systemClock } from "../kernel/clock.ts";
import { reasonOf } from "../kernel/errors.ts";
import { linkedAbort } from "../kernel/linked-abort.ts";
import { type HttpAnswer, HttpFailure } from "../transports/http-client.ts";

const connectLimitMs = 30_000;

interface TunnelOptions extends ConnectionOptions {
  readonly host: string;
  readonly port: number;
}

/** An agent whose TLS connections go through `proxy`. The peer's certificate is checked as without it. */
export function tunnelAgent(proxy: URL): Agent {
  const agent = new Agent({ keepAlive: false });
  agent.createConnection = (options, callback) => {
    const { host, port, servername, ...tls } = options as TunnelOptions;
    const target = `${host.includes(":") ? `[${host}]` : host}:${port}`;
    openTunnel(proxy, target).then(
      (socket) =>
        callback?.(
          null,
          connect({ ...tls, host, socket, ...(isIP(host) ? {} : { servername: servername || host }) }),
        ),
      (failed: Error) => callback?.(failed, undefined as never),
    );
    return undefined;
  };
  return agent;
}

function openTunnel(proxy: URL, target: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const outgoing = askProxy(proxy, { method: "CONNECT", path: target, headers: { host: target } });
    const late = setTimeout(() => outgoing.destroy(new Error("no answer to CONNECT")), connectLimitMs);
    outgoing.once("close", () => clearTimeout(late));
    outgoing.once("error", (error) =>
      reject(new Error(`proxy ${proxy.host}: ${error.message}`, { cause: error })),
    );
    outgoing.once("response", ({ statusCode }) =>
      outgoing.destroy(new Error(`answered ${statusCode} to CONNECT ${target}`)),
    );
    outgoing.once("connect", ({ statusCode }, socket) => {
      clearTimeout(late);
      if (statusCode === 200) return resolve(socket as Socket);
      socket.destroy();
      reject(new Error(`proxy ${proxy.host}: answered ${statusCode} to CONNECT ${target}`));
    });
    outgoing.end();
  });
}

export interface ProxiedPost {
  readonly target: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMs: number;
  readonly answerLimitBytes: number;
}

/** Posts to an `http:` URL through `proxy`. Rejects with `HttpFailure` only. */
export async function postThroughProxy(proxy: URL, post: ProxiedPost): Promise<HttpAnswer> {
  const headers = {
    ...post.headers,
    ...credentials("authorization", post.target),
    host: post.target.host,
    "content-length": String(Buffer.byteLength(post.body)),
  };
  const ending = linkedAbort([], { clock: systemClock, afterMs: post.timeoutMs });
  const { signal } = ending;
  try {
    const incoming = await new Promise<IncomingMessage>((resolve, reject) => {
      const outgoing = askProxy(proxy, { method: "POST", path: wholeUrl(post.target), headers, signal });
      outgoing.once("error", reject);
      outgoing.once("response", resolve);
      outgoing.end(post.body);
    });
    const body = await readWithin(incoming, post.answerLimitBytes);
    return { status: incoming.statusCode ?? 0, headers: incoming.headers, body };
  } catch (thrown) {
    throw ending.isLate
      ? failure({ kind: "timeout", reason: `no answer within ${post.timeoutMs} ms`, cause: thrown })
      : failure({ kind: "failed", reason: `proxy ${proxy.host}: ${reasonOf(thrown)}`, cause: thrown });
  } finally {
    ending.release();
  }
}

function failure({ kind, reason, cause }: { kind: HttpFailure["kind"]; reason: string; cause: unknown }) {
  return new HttpFailure(kind, reason, { cause });
}

function askProxy(proxy: URL, options: RequestOptions): ClientRequest {
  const request = proxy.protocol === "https:" ? requestHttps : requestHttp;
  const headers = { ...options.headers, ...credentials("proxy-authorization", proxy) };
  return request(new URL(proxy.origin), { agent: false, ...options, headers });
}

function credentials(header: string, { username, password }: URL): Record<string, string> {
  if (username === "") return {};
  const text = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { [header]: `Basic ${Buffer.from(text).toString("base64")}` };
}

/** Credentials of the target go into its own header, never into the request line. */
function wholeUrl(target: URL): string {
  const bare = new URL(target);
  bare.username = "";
  bare.password = "";
  bare.hash = "";
  return bare.href;
}

async function readWithin(incoming: IncomingMessage, limitBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let takenBytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    takenBytes += chunk.length;
    if (takenBytes > limitBytes) throw new Error(`answer larger than ${limitBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
