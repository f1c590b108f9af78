// Telling people of what happens.
export type { CommandOutcome, CommandRequest, NodeFacts } from "./handler.ts";
export { type Handlers, type HandlersNeeds, handlersModule } from "./handlers.ts";
export type { HandlerReport } from "./running-handler.ts";
