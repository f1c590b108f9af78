// Plain HTTP on a unix socket: the door of this host's own operator. File permissions are its lock.
import { chmodSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { Pace } from "../kernel/pace.ts";
import {
  answerBadRequest,
  type HttpHandler,
  listening,
  type RequestLimits,
  serverOptions,
  withAllHeaders,
} from "./listener.ts";
import { servePaced } from "./paced-reading.ts";
import { claimSocketPath, withPrivateFiles } from "./socket-path.ts";

/** A socket that nobody answers on is replaced; one that somebody does is `listen.taken`. */
export async function listenUnix(
  path: string,
  options: RequestLimits & { readonly pace: Pace },
  handle: HttpHandler,
): Promise<Server> {
  await claimSocketPath(path);
  const server = withAllHeaders(createServer(serverOptions(options), handle));
  servePaced(server, "connection", options.pace);
  server.on("clientError", answerBadRequest);
  await listening(server, () => withPrivateFiles(() => server.listen(path)), path);
  chmodSync(path, 0o600);
  return server;
}
