// Configuration of the Graphite listener.
import * as z from "zod";
import { oneOrMore } from "../../kernel/schema.ts";
import { listenUrl } from "../../transports/listen-url.ts";
import { socketKeys } from "../listener-sockets.ts";

export const graphiteConfig = z.strictObject({
  listen: oneOrMore(listenUrl(["udp", "tcp", "unix"]))
    .prefault(["tcp://127.0.0.1:2003", "udp://127.0.0.1:2003"])
    .describe("Where it listens: tcp://host:port, udp://host:port, unix:///path."),
  ...socketKeys,
});

export type GraphiteConfig = z.output<typeof graphiteConfig>;
