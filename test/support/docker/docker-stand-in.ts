// A Docker engine that is none: it answers on a unix socket as engines of API 1.41 to 1.47 do, and misbehaves when told.
import { rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { directoryOfTest } from "../temporary.ts";
import { inspectOf, listRowOf, type StandInContainer, statsOf, versionOf } from "./engine-answers.ts";

/** Answers instead of the engine; false leaves the answer to it. */
export type Misbehaviour = (path: string, response: ServerResponse) => boolean;

export interface DockerStandIn {
  readonly socket: string;
  /** Paths with their queries, as they came. */
  readonly asked: string[];
  /** Streams of events that are open. */
  readonly followers: number;
  api: string;
  misbehave: Misbehaviour;
  images: { Id: string; RepoTags: string[]; Labels?: Record<string, string> }[];
  start(container: StandInContainer): void;
  die(id: string): void;
  /** Told to whoever follows. */
  tell(event: object | string): void;
  /** Goes away with its streams; the socket's file too. Listens again with `listen`. */
  stop(): Promise<void>;
  listen(): Promise<void>;
}

/** Listens already, unless it is to come later; gone when the test is over. */
export async function dockerOfTest({ isLate = false, api = "1.43" } = {}): Promise<DockerStandIn> {
  const socket = join(directoryOfTest(), "docker.sock");
  const containers = new Map<string, StandInContainer>();
  const followers = new Set<ServerResponse>();
  let server: Server | undefined;
  const standIn: DockerStandIn = {
    ...{ socket, asked: [], api, images: [], misbehave: () => false },
    get followers() {
      return followers.size;
    },
    start(container) {
      containers.set(container.id, container);
      standIn.tell({ Type: "container", Action: "start", Actor: { ID: container.id } });
    },
    die(id) {
      containers.delete(id);
      standIn.tell({ Type: "container", Action: "die", Actor: { ID: id } });
    },
    tell(event) {
      const line = typeof event === "string" ? event : `${JSON.stringify(event)}\n`;
      for (const follower of followers) follower.write(line);
    },
    async stop() {
      const ending = server;
      server = undefined;
      if (ending === undefined) return;
      await new Promise<void>((resolve) => {
        ending.close(() => resolve());
        ending.closeAllConnections();
      });
      rmSync(socket, { force: true });
    },
    async listen() {
      const starting = createServer((request, response) => answer(request, response));
      server = starting;
      await new Promise<void>((resolve) => void starting.listen(socket, resolve));
    },
  };
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const path = request.url ?? "";
    standIn.asked.push(path);
    if (standIn.misbehave(path, response)) return;
    if (path.startsWith("/events")) {
      followers.add(response.writeHead(200, { "content-type": "application/json" }));
      response.once("close", () => followers.delete(response));
      return void response.flushHeaders();
    }
    const found = factOf(path);
    response.writeHead(found === undefined ? 404 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify(found ?? { message: `No such container: ${path}` }));
  };
  const factOf = (path: string): unknown => {
    if (path === "/version") return versionOf(standIn.api);
    if (path === "/images/json") return standIn.images;
    if (path === "/containers/json") return [...containers.values()].map(listRowOf);
    const [, id = "", what] = /^\/containers\/([0-9a-f]+)\/(json|stats)/.exec(path) ?? [];
    const container = containers.get(id);
    if (container === undefined) return undefined;
    return what === "json" ? inspectOf(container) : statsOf(container);
  };
  onTestFinished(() => standIn.stop());
  if (!isLate) await standIn.listen();
  return standIn;
}

/** 64 hexadecimal digits that begin with these. */
export function containerId(digits: string): string {
  return digits.padEnd(64, "0");
}
