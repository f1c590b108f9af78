// Plain HTTP on a unix socket: the door of this host's own operator. File permissions are its lock.
import { chmodSync, unlinkSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { connect } from "node:net";
import { AgentError, reasonOf, systemCode } from "../kernel/errors.ts";
import {
  answerBadRequest,
  type HttpHandler,
  listening,
  type RequestLimits,
  serverOptions,
} from "./listener.ts";

/** A socket that nobody answers on is replaced; one that somebody does is `listen.taken`. */
export async function listenUnix(path: string, limits: RequestLimits, handle: HttpHandler): Promise<Server> {
  if (await answers(path)) throw new AgentError("listen.taken", { address: path });
  removeStale(path);
  const server = createServer(serverOptions(limits), handle);
  server.on("clientError", answerBadRequest);
  // The socket is made during the call, before anybody could connect.
  const mask = process.umask(0o177);
  const opened = listening(server, () => server.listen(path), path);
  process.umask(mask);
  await opened;
  chmodSync(path, 0o600);
  return server;
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const done = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", () => done(true));
    socket.once("error", () => done(false));
  });
}

function removeStale(path: string): void {
  try {
    unlinkSync(path);
  } catch (thrown) {
    if (systemCode(thrown) === "ENOENT") return;
    throw new AgentError("listen.failed", { address: path, reason: reasonOf(thrown), cause: thrown });
  }
}
