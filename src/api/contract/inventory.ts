// POST /inventory (contract happo §2.2; D3 of §2.4).
import * as z from "zod";
import { apikeyField } from "./apikey.ts";

export const inventoryRequest = z.object({
  apikey: apikeyField,
  command: z.string().min(1).max(4096).describe("Name of a program on the system's path."),
  command_option: z.string().max(131_072).default("").describe("Its options, split as a shell would."),
});

export const inventoryAnswer = z.object({
  return_code: z.int().describe("Exit status; -1 where nothing was run."),
  return_value: z.string().describe("Standard output and error in the order of writing."),
});

export type InventoryRequest = z.output<typeof inventoryRequest>;
export type InventoryAnswer = z.output<typeof inventoryAnswer>;
