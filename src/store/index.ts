// What the agent keeps on disk.
export type { MachineStates } from "./machine-states.ts";
export { type Store, storeModule } from "./store.ts";
