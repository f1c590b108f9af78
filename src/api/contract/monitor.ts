// POST /monitor (contract happo §2.2; D1 and D2 of §2.4).
import * as z from "zod";
import { apikeyField } from "./apikey.ts";

export const monitorRequest = z.object({
  apikey: apikeyField,
  plugin_name: z.string().min(1).max(255).describe("Base name of a program in the agent's search paths."),
  plugin_option: z.string().max(131_072).default("").describe("Its options, split as a shell would."),
});

export const monitorAnswer = z.object({
  return_value: z
    .int()
    .describe("0 ok, 1 warning, 2 critical, 3 unknown; other values as the program gave them."),
  message: z.string().describe("What the program wrote."),
});

export type MonitorRequest = z.output<typeof monitorRequest>;
export type MonitorAnswer = z.output<typeof monitorAnswer>;
