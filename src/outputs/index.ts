// What leaves the agent for other systems.
export { outputNames } from "./config.ts";
export type { OpenOutlet, Outlet } from "./outlet.ts";
export type { Delivery } from "./output.ts";
export { type Outputs, outputsModule } from "./outputs.ts";
export type { OutputReport } from "./running-output.ts";
