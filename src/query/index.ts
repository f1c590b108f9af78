// Asking the history in Graphite's language.
export type { HistoryGrid, HistoryQuery } from "./fetch.ts";
export type { CompletedNode, ExpandAnswer, FindAnswer, FoundNode } from "./find.ts";
export type { FunctionInfo, FunctionList, ParameterInfo } from "./function-list.ts";
export { type Query, type QueryConfig, type QueryNeeds, queryModule } from "./query.ts";
export type { RenderAnswer } from "./render/answer.ts";
export type { RequestParams } from "./render/render-request.ts";
export type { TagDetails, TagName, TagValue } from "./tags.ts";
