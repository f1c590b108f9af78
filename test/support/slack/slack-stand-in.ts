// Something on loopback that answers as a test says and keeps what it was asked: Slack's API, or anybody's webhook.
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The body read as JSON. */
  readonly json: Readonly<Record<string, unknown>>;
}

export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | object;
}

export interface HttpStandIn {
  readonly url: string;
  readonly asked: Asked[];
}

/** Gone when the test that asked is over. Without an answer the request hangs. */
export async function startHttp(answer: (asked: Asked) => Answer | undefined): Promise<HttpStandIn> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const text = Buffer.concat(chunks).toString();
      const one: Asked = {
        ...{ method: request.method ?? "", path: request.url ?? "", headers: request.headers, text },
        get json() {
          return JSON.parse(text) as Record<string, unknown>;
        },
      };
      asked.push(one);
      const given = answer(one);
      if (given === undefined) return;
      const { status = 200, headers = {}, body = "" } = given;
      response.writeHead(status, headers).end(typeof body === "string" ? body : JSON.stringify(body));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

/** Slack's channels: those that are there, and what its older and newer methods say. */
export function slackAnswers({ channels = ["alerts"], hasOldMethods = true } = {}): (asked: Asked) => Answer {
  const known = new Set(channels.map((name) => `#${name}`));
  return ({ path, json }) => {
    const isCreate = path.endsWith("/channels.create") || path.endsWith("/conversations.create");
    if (path.endsWith("/channels.create") && !hasOldMethods)
      return { body: { ok: false, error: "unknown_method" } };
    if (isCreate) {
      known.add(`#${String(json["name"])}`);
      return { body: { ok: true, channel: { id: "C1", name: json["name"] } } };
    }
    const isKnown = known.has(String(json["channel"]));
    return { body: isKnown ? { ok: true, ts: "1.2" } : { ok: false, error: "channel_not_found" } };
  };
}
