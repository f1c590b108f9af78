// What clients and agents say to each other: the shapes of requests and answers, and nothing else.
export * from "./apikey.ts";
export * from "./checks.ts";
export * from "./collectors.ts";
export * from "./commands.ts";
export * from "./docker.ts";
export * from "./events.ts";
export * from "./handlers.ts";
export * from "./history.ts";
export * from "./inventory.ts";
export * from "./machine-state.ts";
export * from "./metric.ts";
export * from "./monitor.ts";
export * from "./proxy.ts";
export * from "./status.ts";
export * from "./telling.ts";
