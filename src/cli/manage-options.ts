// The options that add, is_added and remove share (contract happo §1.3).
import type { CommandOption } from "./command.ts";
import { defaultPort } from "./host-port.ts";

/** What the endpoint is when nobody has set it: no server at all. */
export const placeholderEndpoint = "http://YOUR_MANAGEMENT_SERVER_HERE";

export const manageOptions = {
  group: {
    name: "group_name",
    short: "g",
    kind: "text",
    value: "GROUP[!SUBGROUP]",
    env: "HAPPO_AGENT_GROUP_NAME",
    help: "the group of this host (required)",
  },
  ip: {
    name: "ip",
    short: "i",
    kind: "text",
    value: "IP",
    env: "HAPPO_AGENT_IP",
    help: "its address (required)",
  },
  port: {
    name: "port",
    short: "P",
    kind: "integer",
    value: "PORT",
    env: "HAPPO_AGENT_PORT",
    default: String(defaultPort),
    help: "the agent's port",
  },
  endpoint: {
    name: "endpoint",
    short: "e",
    kind: "text",
    value: "URL",
    env: "HAPPO_AGENT_ENDPOINT",
    default: placeholderEndpoint,
    help: "the management server",
  },
} as const satisfies Record<string, CommandOption>;
