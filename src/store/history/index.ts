// Time series kept for graphs and queries: compressed, rolled up, bounded by age, bytes and number.
export type { Aggregate } from "./buckets.ts";
export { type HistoryConfig, historyConfig } from "./config.ts";
export { type History, type HistoryFigures, type HistoryNeeds, openHistory } from "./history.ts";
export type { HistoryAnswer, HistoryGrid, HistoryRequest } from "./query.ts";
export type { SeriesMatch } from "./series-names.ts";
