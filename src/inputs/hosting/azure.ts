// Collector `azure`: what Microsoft's cloud tells a machine about itself (contract opsbro §4.3).
import type { Reading } from "../../metric/reading.ts";
import { defineCollector } from "../collector.ts";
import { readingOf } from "../collectors/measuring/rate.ts";
import { factAt, textIn, textsOf } from "./chosen-facts.ts";
import { askMetadataJson, metadataConfig, metadataEveryMs, onlyOn } from "./metadata-service.ts";

const path = "/metadata/instance?api-version=2021-02-01";
/** What else stands there may hold what its owner gave the machine to start with. */
const names = [
  ...["azEnvironment", "location", "name", "offer", "osType", "placementGroupId", "platformFaultDomain"],
  ...["platformUpdateDomain", "provider", "publisher", "resourceGroupName", "resourceId", "sku"],
  ...["subscriptionId", "tags", "version", "vmId", "vmScaleSetName", "vmSize", "zone"],
];

export const azure = defineCollector({
  name: "azure",
  summary: "What Microsoft's cloud tells this machine about itself.",
  everyMs: metadataEveryMs,
  config: metadataConfig("http://169.254.169.254"),
  leaves: {},
  read: ({ url }, { host, signal }) =>
    onlyOn("azure", { host }, async () => {
      const headers = { Metadata: "true" };
      return { facts: factsOf(await askMetadataJson({ url, path, headers, signal })) };
    }),
  measure: ({ facts }) => facts,
});

function factsOf(answer: unknown): Reading {
  const address = factAt(answer, "network", "interface", "0", "ipv4", "ipAddress", "0");
  return readingOf({
    ...textsOf(factAt(answer, "compute"), names),
    private_ip: textIn(factAt(address, "privateIpAddress")),
    public_ip: textIn(factAt(address, "publicIpAddress")),
  });
}
