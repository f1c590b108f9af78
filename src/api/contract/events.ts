// GET /events and its streams: what happened, one object for each event.
import * as z from "zod";

export const eventTypes = [
  "check",
  "flapping",
  "node",
  "group",
  "downtime",
  "compliance",
  "collector",
  "action",
  "message",
] as const;

const eventShape = z.looseObject({
  seq: z.number().describe("Grows with every event of this host, over restarts too."),
  at: z.number().describe("Unix seconds."),
  type: z.enum(eventTypes),
});

export const eventsAnswer = z.object({
  events: z.array(eventShape),
  next: z.number().describe("What to ask for with `after` next time."),
  gap: z.boolean().describe("Some events after the asked number are no longer kept."),
});

/** One message of the streams: an event, or how many were missed. */
export const eventMessage = z.union([z.object({ missed: z.number() }), eventShape]);

export type EventMessage = z.output<typeof eventMessage>;
