// What an operator may set about the log.
import * as z from "zod";
import { logLevels } from "./log.ts";
import { path } from "./schema.ts";

export const logConfig = z.strictObject({
  level: z.enum(logLevels).default("warning").describe("The lowest level that is written."),
  format: z.enum(["text", "json"]).default("text").describe("Lines for people, or a JSON object a line."),
  file: path().optional().describe("File to append to, opened again at SIGHUP; standard output when absent."),
});

export type LogConfig = z.output<typeof logConfig>;
