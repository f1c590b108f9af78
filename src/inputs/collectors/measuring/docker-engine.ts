// What the Docker engine tells over its socket: versions, running containers, and what each of them used so far.
import { existsSync } from "node:fs";
import {
  type ContainerStats,
  parseContainerStats,
  parseContainers,
  parseVersion,
} from "../../../formats/proc/docker-stats.ts";
import { AgentError, systemCode } from "../../../kernel/errors.ts";
import { HttpFailure, httpRequest } from "../../../transports/http-client.ts";
import type { NotEligible } from "../../collector.ts";

export interface DockerEngine {
  readonly version: string;
  readonly api: string;
  readonly images: number;
  /** Containers that run, also those beyond the limit. */
  readonly running: number;
  readonly containers: readonly DockerContainer[];
}

export interface DockerContainer {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly stats: ContainerStats;
}

interface DockerQuery {
  readonly socket: string;
  readonly atMost: number;
  readonly signal: AbortSignal;
}

const timeoutMs = 4500;
const answerLimitBytes = 8 * 1024 * 1024;
/** Old engines take a second for each answer: so many are asked at once. */
const atOnce = 20;
/** Nobody has Docker, or it does not run. */
const absent = new Set(["ENOENT", "ECONNREFUSED", "ENOTDIR"]);

export async function readDocker({
  socket,
  atMost,
  signal,
}: DockerQuery): Promise<DockerEngine | NotEligible> {
  // Most hosts have no Docker: finding that out costs a hundredth of a request.
  if (!existsSync(socket)) return { notEligible: `there is no ${socket}` };
  const ask = (path: string) => answerOf(socket, path);
  try {
    const { version, api } = parseVersion(await ask("/version"));
    const images = await ask("/images/json");
    const running = parseContainers(await ask("/containers/json"));
    const containers: DockerContainer[] = [];
    for (let start = 0; start < Math.min(running.length, atMost); start += atOnce) {
      signal.throwIfAborted();
      const some = running.slice(start, Math.min(start + atOnce, atMost));
      containers.push(...(await Promise.all(some.map((container) => withStats(container, ask)))).flat());
    }
    return {
      version,
      api,
      images: Array.isArray(images) ? images.length : 0,
      running: running.length,
      containers,
    };
  } catch (thrown) {
    if (thrown instanceof HttpFailure && absent.has(systemCode(thrown.cause) ?? ""))
      return { notEligible: `no Docker engine answers at ${socket}` };
    if (thrown instanceof HttpFailure)
      throw new AgentError("collector.unanswered", {
        address: socket,
        reason: thrown.message,
        cause: thrown,
      });
    throw thrown;
  }
}

/** None for a container that stopped meanwhile. */
async function withStats(
  container: Omit<DockerContainer, "stats">,
  ask: (path: string) => Promise<unknown>,
): Promise<DockerContainer[]> {
  const answer = await ask(`/containers/${container.id}/stats?stream=false&one-shot=true`);
  const stats = parseContainerStats(answer);
  return stats === undefined ? [] : [{ ...container, stats }];
}

/** The answer's JSON; undefined for every other answer. Rejects with `HttpFailure`. */
async function answerOf(socketPath: string, path: string): Promise<unknown> {
  const url = new URL(path, "http://docker");
  const { status, body } = await httpRequest({ method: "GET", url, socketPath, timeoutMs, answerLimitBytes });
  try {
    return status === 200 ? JSON.parse(body.toString("utf8")) : undefined;
  } catch {
    return undefined;
  }
}
