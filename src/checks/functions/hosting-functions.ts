// What this host stands on (contract opsbro §2.5).
import type { FunctionDefinition } from "../../languages/expression/index.ts";
import { textOf } from "../../languages/expression/index.ts";
import type { FunctionHost } from "./function-host.ts";

export const hostingFunctions: readonly FunctionDefinition<FunctionHost>[] = [
  {
    name: "hosting_driver_is_active",
    group: "hosting",
    doc: "Whether this host is of that kind: docker-container, ec2, azure, google-cloud, scaleway, alibaba, digitalocean, synology or on-premise.",
    parameters: [{ name: "name" }],
    call: ([name], host) => host.isHostingActive(textOf(name)),
  },
];
