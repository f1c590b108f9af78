// The time (contract opsbro §2.5).
import type { FunctionDefinition } from "../../languages/expression/index.ts";
import type { FunctionHost } from "./function-host.ts";

export const timeFunctions: readonly FunctionDefinition<FunctionHost>[] = [
  {
    name: "now",
    group: "time",
    doc: "The time in whole seconds since 1970.",
    parameters: [],
    call: (_args, { clock }) => Math.floor(clock.now() / 1000),
  },
];
