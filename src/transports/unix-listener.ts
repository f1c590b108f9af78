// Plain HTTP on a unix socket: the door of this host's own operator. File permissions are its lock.
import { chmodSync } from "node:fs";
import { createServer, type Server } from "node:http";
import {
  answerBadRequest,
  type HttpHandler,
  listening,
  type RequestLimits,
  serverOptions,
  withAllHeaders,
} from "./listener.ts";
import { claimSocketPath, withPrivateFiles } from "./socket-path.ts";

/** A socket that nobody answers on is replaced; one that somebody does is `listen.taken`. */
export async function listenUnix(path: string, limits: RequestLimits, handle: HttpHandler): Promise<Server> {
  await claimSocketPath(path);
  const server = withAllHeaders(createServer(serverOptions(limits), handle));
  server.on("clientError", answerBadRequest);
  await listening(server, () => withPrivateFiles(() => server.listen(path)), path);
  chmodSync(path, 0o600);
  return server;
}
