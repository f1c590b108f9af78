// Telling what happened: one stream, numbered and kept.
export type { EventFilter } from "./event-filter.ts";
export type { EventLog, Missed } from "./event-log.ts";
export type { Entry } from "./event-page.ts";
export { type Events, eventsModule } from "./events.ts";
