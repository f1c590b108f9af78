// Collector `alibaba`: what Alibaba's cloud tells a machine about itself (contract opsbro §4.3).
import { defineCollector } from "../collector.ts";
import { readingOf } from "../collectors/measuring/rate.ts";
import { textIn } from "./chosen-facts.ts";
import { metadataConfig, metadataEveryMs, onlyOn } from "./metadata-service.ts";
import { readMetadataTree } from "./metadata-tree.ts";

/** Names in the reading, and the paths that they come from. */
const facts: Readonly<Record<string, string>> = {
  region: "region-id",
  zone: "zone-id",
  "instance-id": "instance-id",
  "instance-type": "instance/instance-type",
  "image-id": "image-id",
  hostname: "hostname",
  mac: "mac",
  "private-ipv4": "private-ipv4",
  "public-ipv4": "public-ipv4",
  eipv4: "eipv4",
  "network-type": "network-type",
  "vpc-id": "vpc-id",
};

export const alibaba = defineCollector({
  name: "alibaba",
  summary: "What Alibaba's cloud tells this machine about itself.",
  everyMs: metadataEveryMs,
  config: metadataConfig("http://100.100.100.200"),
  leaves: {},
  read: ({ url }, { host, signal }) =>
    onlyOn("alibaba", { host }, async () => {
      const tokenHeader = "X-aliyun-ecs-metadata-token";
      return { texts: await readMetadataTree({ url, tokenHeader, paths: Object.values(facts), signal }) };
    }),
  measure: ({ texts }) =>
    readingOf(
      Object.fromEntries(Object.entries(facts).map(([name, path]) => [name, textIn(texts.get(path))])),
    ),
});
