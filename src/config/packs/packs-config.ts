// What an operator may set about packs and local object files.
import * as z from "zod";
import { oneOrMore, path } from "../../kernel/schema.ts";

export const packsConfig = z
  .strictObject({
    directory: path()
      .optional()
      .describe(
        "Directory that holds global-configuration/packs, zone-configuration/packs and local-configuration/packs; the state directory when absent.",
      ),
    objects: oneOrMore(path())
      .optional()
      .describe(
        "Directories of files with checks, detectors, services, handlers and the like; objects.d beside the configuration file when absent.",
      ),
    opsbro: path()
      .optional()
      .describe("A whole configuration directory of opsbro, read with everything below it."),
    disabled: z.array(z.string().min(1)).default([]).describe("Names of packs of which nothing is taken."),
  })
  .prefault({});

export type PacksConfig = z.output<typeof packsConfig>;
