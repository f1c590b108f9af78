// Speaks with a Docker engine over its unix socket: one answer, or the stream of its events. Whatever it says is bounded.
import { setMaxListeners } from "node:events";
import { Agent } from "node:http";
import { httpRequest } from "../../transports/http-client.ts";

export interface EngineAnswer {
  readonly status: number;
  /** Undefined when the body is no JSON. */
  readonly value: unknown;
}

export interface EngineClient {
  /** Rejects with `HttpFailure`: nobody there, 4.5 s without the whole answer, too many bytes. */
  ask(path: string, limitBytes?: number): Promise<EngineAnswer>;
  /** Hands on the stream as it comes. Resolves with the status when it ends, rejects as `ask` does. */
  follow(path: string, onChunk: (chunk: Buffer) => void): Promise<number>;
}

const timeoutMs = 4500;
const listLimitBytes = 8 * 1024 * 1024;
const refusalLimitBytes = 64 * 1024;
const connectionsLimit = 64;

/** Everything is given up when `ending` is aborted. */
export function createEngineClient(socketPath: string, ending: AbortSignal): EngineClient {
  setMaxListeners(0, ending);
  // A connection that was kept would be the old engine's after a restart.
  const agent = new Agent({ keepAlive: false, maxSockets: connectionsLimit });
  const to = (path: string) =>
    ({ method: "GET", url: new URL(path, "http://docker"), socketPath, agent, signal: ending }) as const;
  return {
    async ask(path, answerLimitBytes = listLimitBytes) {
      const { status, body } = await httpRequest({ ...to(path), timeoutMs, answerLimitBytes });
      return { status, value: jsonOf(body) };
    },
    async follow(path, onChunk) {
      const answerLimitBytes = refusalLimitBytes;
      return (await httpRequest({ ...to(path), onChunk, answerLimitBytes })).status;
    },
  };
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
}
