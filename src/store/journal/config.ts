// Configuration of the journal.
import * as z from "zod";
import { byteSize, duration } from "../../kernel/schema.ts";
import { origins } from "../../metric/metric.ts";

const leastBytes = 1024 * 1024;

export const journalConfig = z
  .strictObject({
    max_size: byteSize()
      .refine((bytes) => bytes >= leastBytes, "must be 1MiB or more")
      .prefault("64MiB")
      .describe("Bytes on disk, 1MiB or more; the oldest metrics go first."),
    max_age: duration().prefault("7d").describe("Metrics older than this are dropped."),
    min_free: byteSize()
      .prefault("32MiB")
      .describe("Nothing is written while the file system has less room than this."),
    pull: z
      .array(z.enum(origins))
      .default(["programs", "append"])
      .describe("Where metrics come from that POST /metric hands over; the others are not kept for it."),
  })
  .prefault({});

export type JournalConfig = z.output<typeof journalConfig>;
