// What is known of the nodes around this one (contract opsbro §2.5).
import { ExpressionError, type FunctionDefinition, textOf } from "../../languages/expression/index.ts";
import type { FunctionHost } from "./function-host.ts";

const group = "gossip";
const states = ["", "alive", "suspect", "dead", "leave", "unknown"];

function stateOf(text: string): string {
  if (states.includes(text)) return text;
  throw new ExpressionError(
    `there is no state ${JSON.stringify(text.slice(0, 60))}; there are ${states.slice(1).join(", ")}`,
  );
}

export const gossipFunctions: readonly FunctionDefinition<FunctionHost>[] = [
  {
    name: "gossip_get_zone",
    group,
    doc: "Zone of the node with that uuid, of this one without; empty when it is not known.",
    parameters: [{ name: "uuid", fallback: "" }],
    call: ([uuid], host) => host.zoneOf(textOf(uuid)),
  },
  {
    name: "gossip_count_nodes",
    group,
    doc: "How many nodes are in the group and the state; without them, how many there are.",
    parameters: [
      { name: "group", fallback: "" },
      { name: "state", fallback: "" },
    ],
    call: ([wanted, state], host) => host.countNodes(textOf(wanted), stateOf(textOf(state))),
  },
  {
    name: "gossip_have_event_type",
    group,
    doc: "Whether an event of that type goes around among the nodes.",
    parameters: [{ name: "type" }],
    call: ([type], host) => host.haveEventType(textOf(type)),
  },
];
