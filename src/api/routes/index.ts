// Every route, one line each.
import type { Route } from "../route.ts";
import { type CommandsNeeds, commands } from "./commands.ts";
import { docs } from "./docs.ts";
import { health } from "./health.ts";
import { type InventoryNeeds, inventory } from "./inventory.ts";
import { type MachineStateNeeds, machineState } from "./machine-state.ts";
import { type MachineStatesNeeds, machineStates } from "./machine-states.ts";
import { type MonitorNeeds, monitor } from "./monitor.ts";
import { type OpenapiNeeds, openapi } from "./openapi.ts";
import { type ProxyNeeds, proxy } from "./proxy.ts";
import { type StatusNeeds, status } from "./status.ts";
import { type MemoryNeeds, statusMemory } from "./status-memory.ts";
import { type RequestCountNeeds, statusRequest } from "./status-request.ts";

export type RouteNeeds = CommandsNeeds &
  InventoryNeeds &
  MachineStateNeeds &
  MachineStatesNeeds &
  MemoryNeeds &
  MonitorNeeds &
  OpenapiNeeds &
  ProxyNeeds &
  RequestCountNeeds &
  StatusNeeds;

export const routes: readonly Route<RouteNeeds>[] = [
  health,
  monitor,
  inventory,
  proxy,
  status,
  statusMemory,
  statusRequest,
  machineStates,
  machineState,
  commands,
  openapi,
  docs,
];
