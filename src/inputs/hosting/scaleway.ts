// Collector `scaleway`: what Scaleway tells a machine about itself (contract opsbro §4.3).
import type { Reading } from "../../metric/reading.ts";
import { defineCollector } from "../collector.ts";
import { readingOf } from "../collectors/measuring/rate.ts";
import { factAt, textIn, textsIn, textsOf } from "./chosen-facts.ts";
import { askMetadataJson, metadataConfig, metadataEveryMs, onlyOn } from "./metadata-service.ts";

const names = ["id", "name", "hostname", "commercial_type", "organization", "project", "private_ip"];

export const scaleway = defineCollector({
  name: "scaleway",
  summary: "What Scaleway tells this machine about itself.",
  everyMs: metadataEveryMs,
  config: metadataConfig("http://169.254.42.42"),
  leaves: {},
  read: ({ url }, { host, signal }) =>
    onlyOn("scaleway", { host }, async () => ({
      facts: factsOf(await askMetadataJson({ url, path: "/conf?format=json", signal })),
    })),
  measure: ({ facts }) => facts,
});

function factsOf(answer: unknown): Reading {
  return readingOf({
    ...textsOf(answer, names),
    zone: textIn(factAt(answer, "zone")) ?? textIn(factAt(answer, "location", "zone_id")),
    tags: textsIn(factAt(answer, "tags")),
    public_ip: textIn(factAt(answer, "public_ip", "address")),
  });
}
