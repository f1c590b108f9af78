// What the compliance rules of this host came to (contract opsbro §2.5).
import type { FunctionDefinition } from "../../languages/expression/index.ts";
import { textOf } from "../../languages/expression/index.ts";
import type { FunctionHost } from "./function-host.ts";

export const complianceFunctions: readonly FunctionDefinition<FunctionHost>[] = [
  {
    name: "compliance_get_state_of_rule",
    group: "compliance",
    doc: "State of the rule of that name; UNKNOWN when there is none.",
    parameters: [{ name: "name" }],
    call: ([name], host) => host.complianceState(textOf(name)),
  },
];
