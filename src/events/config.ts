// What an operator may set about events.
import * as z from "zod";
import { byteSize } from "../kernel/schema.ts";
import { isAddressRange } from "../transports/address-list.ts";
import { listenUrl } from "../transports/listen-url.ts";

const leastBytes = 64 * 1024;

const websocketConfig = z.strictObject({
  listen: listenUrl(["tcp"])
    .prefault("tcp://127.0.0.1:6769")
    .describe("Where it listens: tcp://host:port. It is not encrypted and asks nobody who they are."),
  allow: z
    .array(z.string().refine(isAddressRange, "expected an address or a CIDR range"))
    .default([])
    .describe("Who may connect: addresses and CIDR ranges; everybody who reaches the address when empty."),
  max_clients: z.int().min(1).max(100_000).default(1000).describe("Clients at once; more are turned away."),
});

export const eventsConfig = z.strictObject({
  max_bytes: byteSize()
    .refine((bytes) => bytes >= leastBytes, "must be 64KiB or more")
    .prefault("8MiB")
    .describe("Bytes of events that are kept on disk; the oldest go first."),
  memory: z
    .int()
    .min(10)
    .max(100_000)
    .default(1000)
    .describe("Newest events that are kept in memory, for those who follow."),
  websocket: websocketConfig
    .optional()
    .describe("opsbro's websocket of this node's changes; off when absent."),
});

export type EventsConfig = z.output<typeof eventsConfig>;

/** The address taken apart. */
export interface WebsocketConfig {
  readonly listen: { readonly host: string; readonly port: number };
  readonly allow: readonly string[];
  readonly max_clients: number;
}
