// Telling what happened: one stream, numbered and kept.
export type { EventFilter } from "./event-filter.ts";
export type { Entry, EventLog, Missed } from "./event-log.ts";
export { type Events, eventsModule } from "./events.ts";
