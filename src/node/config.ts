// Configuration of the node itself: what people call it, which groups it has, where it is.
import { isIP } from "node:net";
import * as z from "zod";

const name = z.string().max(200);

export const nodeConfig = z.strictObject({
  display_name: name.default("").describe("Name for people; the host name is shown when it is empty."),
  groups: z
    .array(name.min(1))
    .default([])
    .describe("Groups that this node always has, besides those that are detected."),
  zone: name.default("").describe("Zone that this node belongs to; empty for none."),
  uuid: z
    .string()
    .regex(/^[0-9a-f]{40}$/, { error: "expected 40 hexadecimal digits in small letters" })
    .optional()
    .describe("Identity of this node, 40 hexadecimal digits; found out and kept when absent."),
  address: z
    .string()
    .refine((text) => isIP(text) !== 0, { error: "expected an address such as 192.0.2.7" })
    .optional()
    .describe("Address at which others reach this node; one of its own is chosen when absent."),
});

export type NodeConfig = z.output<typeof nodeConfig>;
