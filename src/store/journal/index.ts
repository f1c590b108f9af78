// The one durable, bounded log of metrics, and its readers.
export { type JournalConfig, journalConfig } from "./config.ts";
export { type Journal, type JournalFigures, openJournal } from "./journal.ts";
export type { JournalReader, Slice } from "./journal-reader.ts";
export type { LossesCount } from "./readers.ts";
