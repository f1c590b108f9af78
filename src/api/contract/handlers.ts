// GET /handlers: who tells people, and how they fare.
import * as z from "zod";

export const handlersAnswer = z.object({
  handlers: z.array(
    z.object({
      name: z.string(),
      type: z.string(),
      place: z.string().describe("Where it is written."),
      enabled: z.boolean(),
      severities: z.array(z.string()),
      events: z.array(z.string()),
      state: z.enum(["idle", "telling", "retrying", "stopped"]),
      waiting: z.number().describe("Events that wait in the queue."),
      sent: z.number().describe("Events since the start that the other side has."),
      retried: z.number().describe("Tries since the start that failed and were or will be made again."),
      refused: z.number().describe("Events since the start that the other side will never take."),
      given_up: z.number().describe("Events since the start that grew too old, or were too many."),
      last_fault: z.object({ at: z.number(), reason: z.string() }).nullable(),
      last_sent: z.number().nullable().describe("Unix seconds."),
    }),
  ),
});

export type HandlersAnswer = z.output<typeof handlersAnswer>;
