// The bodies that ask for a program, read in one way wherever they are looked at: at the edge and on the way to it.
import {
  type InventoryRequest,
  inventoryRequest,
  type MonitorRequest,
  monitorRequest,
} from "./contract/index.ts";
import { checkInput } from "./input.ts";

type Mapping = Readonly<Record<string, unknown>>;

/** One of the two READMEs names the fields of /inventory for /monitor (contract happo D1). */
export function prepareMonitor(body: Mapping): Mapping {
  if (body["plugin_name"] !== undefined || body["command"] === undefined) return body;
  return {
    ...body,
    plugin_name: body["command"],
    plugin_option: body["plugin_option"] ?? body["command_option"],
  };
}

/** A request for a program: its name, and the body with nothing in it but what was understood. */
export interface ProgramRequest {
  readonly program: string;
  readonly body: MonitorRequest | InventoryRequest;
}

/** Undefined for endpoints that run no program. Throws `body.invalid`. */
export function readProgramRequest(endpoint: string, body: unknown): ProgramRequest | undefined {
  if (endpoint === "monitor") {
    const request = checkInput(monitorRequest, prepareMonitor, body);
    return { program: request.plugin_name, body: request };
  }
  if (endpoint === "inventory") {
    const request = checkInput(inventoryRequest, undefined, body);
    return { program: request.command, body: request };
  }
  return undefined;
}
