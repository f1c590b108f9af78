// Configuration of the collectd listener.
import * as z from "zod";
import { oneOrMore, path } from "../../kernel/schema.ts";
import { listenUrl } from "../../transports/listen-url.ts";
import { socketKeys } from "../listener-sockets.ts";

const keys = z.strictObject({
  listen: oneOrMore(listenUrl(["udp"]))
    .prefault(["udp://127.0.0.1:25826"])
    .describe("Where it listens: udp://host:port; a multicast group, such as 239.192.74.66, is joined."),
  security: z
    .enum(["none", "sign", "encrypt"])
    .default("none")
    .describe("What packets must be at least: anything, signed, or encrypted; collectd's SecurityLevel."),
  users_file: path()
    .optional()
    .describe(
      "Who may sign and encrypt: lines `user: password`, as in collectd's AuthFile; read again when it changes.",
    ),
  types_db: z
    .array(path())
    .optional()
    .describe(
      "Files with the names of data sources, a later one replacing types of an earlier one; collectd's own types.db, where it is installed, when absent.",
    ),
  rates: z
    .boolean()
    .default(true)
    .describe("Counters and their like as rates in one second; as they are when false."),
  ...socketKeys,
});

export const collectdConfig = keys.refine(
  ({ security, users_file: usersFile }) => security === "none" || usersFile !== undefined,
  { error: "packets can only be verified with a users_file", path: ["users_file"] },
);

export type CollectdConfig = z.output<typeof collectdConfig>;
