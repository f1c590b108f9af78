// Output `file`: lines at the end of a file that is rotated by size.
import * as z from "zod";
import { byteSize, path } from "../../../kernel/schema.ts";
import { defineOutput } from "../../output.ts";
import { deliveryText, otherSeries } from "../exchange/delivery-text.ts";
import { lineFormat, lineOf } from "../exchange/line-format.ts";
import { createTurns } from "../exchange/turns.ts";
import { unanswered } from "../exchange/unanswered.ts";
import { RotatedFile } from "./rotated-file.ts";

export const file = defineOutput({
  name: "file",
  summary: "Writes lines to a file, which is rotated by size.",
  batch: 2000,
  config: z.strictObject({
    path: path().describe("The file. Its directory must be there."),
    format: lineFormat(),
    max_size: byteSize()
      .prefault("64MiB")
      .refine((bytes) => bytes >= 1024, "expected at least 1KiB")
      .describe("A file that would become larger is set aside before the write."),
    keep: z
      .int()
      .min(1)
      .max(1000)
      .default(1)
      .describe("How many files that were set aside stay: `PATH.1` is the newest."),
  }),
  open({ path: place, format, max_size, keep }) {
    const rotated = new RotatedFile({ path: place, limitBytes: max_size, keep });
    const line = lineOf(format);
    const inTurn = createTurns();
    return {
      async write(delivery, signal) {
        const { text, refused } = deliveryText(delivery, line);
        try {
          if (text !== "") await inTurn(() => rotated.append(Buffer.from(text)), signal);
        } catch (thrown) {
          throw unanswered(thrown, { address: place });
        }
        return otherSeries(refused);
      },
      // Not under a signal: what is under way is waited for.
      close: () => inTurn(() => rotated.close(), new AbortController().signal),
    };
  },
});
