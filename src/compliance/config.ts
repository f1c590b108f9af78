// What an operator may set about compliance.
import * as z from "zod";
import { byteSize, duration, path } from "../kernel/schema.ts";

export const complianceConfig = z.strictObject({
  enabled: z.boolean().default(true).describe("False looks at no compliance and no installer."),
  enforce: z
    .union([z.boolean(), z.array(z.string().min(1))])
    .default(false)
    .describe(
      "Objects of packs that may change this host: all, none, or those listed as pack/name; a name alone will do where one object of all packs has it. The others look and tell; local objects do as they say.",
    ),
  every: duration().prefault("10s").describe("Time between two looks of an object that does not say."),
  deadline: duration().prefault("10m").describe("How long one look, with all that it mends, may take."),
  download_limit: byteSize().prefault("256MiB").describe("Bytes of a file that is fetched, at most."),
  host_root: path().default("/").describe("Directory that is looked at and changed in place of /."),
});

export type ComplianceConfig = z.output<typeof complianceConfig>;
