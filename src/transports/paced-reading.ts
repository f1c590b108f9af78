// What a connection brings goes to the runtime's parser in small parts: sixty kilobytes can be ten thousand chunks or
// four thousand requests, and the parser takes them all without a pause.
import type { Server } from "node:http";
import type { Socket } from "node:net";
import type { Pace } from "../kernel/pace.ts";
import { createFeedLine, type FeedLine, PacedFeed } from "./paced-feed.ts";
import { continueWith, endContinuing, goOn, halt, isRestDropped, isStopped } from "./reading-switch.ts";

const partBytes = 2048;

type Listener = (...facts: unknown[]) => void;

/** Stands between the server's connections and its parser. `event`: the one that a connection begins with. */
export function servePaced(server: Server, event: "connection" | "secureConnection", pace: Pace): void {
  const serve = server.listeners(event) as Listener[];
  const line = createFeedLine(pace);
  server.removeAllListeners(event);
  server.on(event, (socket: Socket) => {
    const own = new Set(socket.listeners("end"));
    for (const listener of serve) listener.call(server, socket);
    const data = socket.listeners("data") as Listener[];
    const end = (socket.listeners("end") as Listener[]).filter((listener) => !own.has(listener));
    readPaced(socket, { data, end }, line);
  });
}

/** The listeners of the runtime's parser. */
interface Parser {
  readonly data: readonly Listener[];
  readonly end: readonly Listener[];
}

function readPaced(socket: Socket, parser: Parser, line: FeedLine): void {
  const onData = (bytes: Buffer) => feed.take(bytes);
  const onEnd = () => feed.end();
  const onResume = () => feed.resume();
  /** The connection speaks another protocol from now on: the rest is for whoever took it over. */
  const leave = () => {
    socket.removeListener("data", onData);
    socket.removeListener("end", onEnd);
    socket.removeListener("resume", onResume);
    const rest = feed.leave();
    endContinuing(socket);
    if (rest.length > 0) socket.unshift(rest);
  };
  const feed = new PacedFeed(
    {
      partBytes,
      give(bytes) {
        if (socket.destroyed || isRestDropped(socket)) return;
        for (const listener of parser.data) listener.call(socket, bytes);
        if (!hasParser(socket) && !socket.destroyed) leave();
      },
      end() {
        for (const listener of parser.end) listener.call(socket);
      },
      isOpen: () => socket.destroyed || (!isStopped(socket) && !socket.isPaused()),
      halt: () => halt(socket),
      goOn: () => goOn(socket),
    },
    line,
  );
  // With another listener the runtime's parser gives the handle back, and is given what the listener gives it.
  socket.on("data", onData);
  for (const listener of parser.data) socket.removeListener("data", listener);
  for (const listener of parser.end) socket.removeListener("end", listener);
  socket.on("end", onEnd);
  socket.on("resume", onResume);
  // What a connection that was stopped had brought would be kept for it, with all requests before it.
  socket.once("close", () => void feed.leave());
  continueWith(socket, onResume);
  // One that waited for its place was not read so far.
  socket.resume();
}

function hasParser(socket: Socket): boolean {
  const { parser } = socket as unknown as { readonly parser?: unknown };
  return parser !== null && parser !== undefined;
}
