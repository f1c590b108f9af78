// What an operator may set about checks.
import * as z from "zod";
import { duration } from "../kernel/schema.ts";
import { flappingSchema } from "./definition/check-schema.ts";

const defaultsConfig = z
  .strictObject({
    attempts: z
      .int()
      .min(1)
      .max(100)
      .default(1)
      .describe("Problems in a row that make a state sure, for checks that do not say; 1 tells at once."),
    retry_interval: duration()
      .optional()
      .describe("Time between two runs while a problem is not sure; the check's own interval when absent."),
    flapping: flappingSchema
      .optional()
      .describe(
        "Looks for states that change too often, and tells once when it begins and ends; off when absent.",
      ),
    passive_ttl: duration()
      .optional()
      .describe("Checks that others report are unknown after this time of silence; never when absent."),
  })
  .prefault({});

export const checksConfig = z.strictObject({
  enabled: z.boolean().default(true).describe("False runs no checks and no detectors of packs and files."),
  variables: z
    .record(z.string(), z.unknown())
    .default({})
    .describe("Values for `$name$` and `{configuration.name}` in every check, such as nagiosplugins."),
  defaults: defaultsConfig,
  first_ok: z
    .enum(["tell", "hold"])
    .default("tell")
    .describe("Whether handlers are told of a check's very first result when it is ok."),
  reported_limit: z
    .int()
    .min(0)
    .max(100_000)
    .default(2000)
    .describe(
      "Checks that others report, kept at most; new names are refused then, and one that is silent for a day makes room.",
    ),
  machine_state: z
    .strictObject({
      every: z
        .union([z.literal("off"), duration()])
        .default("off")
        .describe("Take a snapshot when a check fails, at most once in this time; 0s each time, off never."),
      commands: z
        .array(z.array(z.string().min(1)).min(1))
        .default([["w"], ["ps", "auxwwf"], ["ss", "-anp"], ["lsof"]])
        .describe("Programs, with their options, whose outputs make up a snapshot."),
    })
    .prefault({}),
});

export type ChecksConfig = z.output<typeof checksConfig>;
