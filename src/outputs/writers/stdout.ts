// Output `stdout`: lines to the standard output, for pipes and containers.
import { write } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import * as z from "zod";
import { systemCode } from "../../kernel/errors.ts";
import { defineOutput, type Writer } from "../output.ts";
import { deliveryText, otherSeries } from "./exchange/delivery-text.ts";
import { type LineFormat, lineFormat, lineOf } from "./exchange/line-format.ts";
import { createTurns } from "./exchange/turns.ts";
import { unanswered } from "./exchange/unanswered.ts";

export const stdout = defineOutput({
  name: "stdout",
  summary: "Writes lines to the standard output.",
  batch: 1000,
  config: z.strictObject({ format: lineFormat() }),
  open: ({ format }) => openStdout(format),
});

const descriptor = 1;
const writeSome = promisify(write);
const fullPauseMs = 20;

/** Delivered is what the system has taken: nobody says whether it was read. */
function openStdout(format: LineFormat): Writer {
  const line = lineOf(format);
  const inTurn = createTurns();
  /** The last write ended within a line. */
  let torn = false;
  const writeAll = async (bytes: Buffer, signal: AbortSignal) => {
    for (let done = 0; done < bytes.length; ) {
      const taken = await takenOf(bytes.subarray(done), signal);
      done += taken;
      if (taken > 0) torn = done < bytes.length && bytes[done - 1] !== 0x0a;
    }
  };
  return {
    async write(delivery, signal) {
      const { text, refused } = deliveryText(delivery, line);
      try {
        if (text !== "") await inTurn(() => writeAll(Buffer.from(torn ? `\n${text}` : text), signal), signal);
      } catch (thrown) {
        throw unanswered(thrown, { address: "standard output" });
      }
      return otherSeries(refused);
    },
    async close() {},
  };
}

/** A pipe that is full and does not block is tried again after a moment. */
async function takenOf(bytes: Buffer, signal: AbortSignal): Promise<number> {
  signal.throwIfAborted();
  try {
    return (await writeSome(descriptor, bytes, 0, bytes.length, null)).bytesWritten;
  } catch (thrown) {
    if (systemCode(thrown) !== "EAGAIN") throw thrown;
    await pause(fullPauseMs, undefined, { signal });
    return 0;
  }
}
