// Collector `digitalocean`: what DigitalOcean tells a machine about itself (contract opsbro §4.3).
import type { Reading } from "../../metric/reading.ts";
import { defineCollector } from "../collector.ts";
import { readingOf } from "../collectors/measuring/rate.ts";
import { factAt, textIn, textsIn, textsOf } from "./chosen-facts.ts";
import { askMetadataJson, metadataConfig, metadataEveryMs, onlyOn } from "./metadata-service.ts";

const names = ["droplet_id", "hostname", "region"];

export const digitalOcean = defineCollector({
  name: "digitalocean",
  summary: "What DigitalOcean tells this machine about itself.",
  everyMs: metadataEveryMs,
  config: metadataConfig("http://169.254.169.254"),
  leaves: {},
  read: ({ url }, { host, signal }) =>
    onlyOn("digitalocean", { host }, async () => ({
      facts: factsOf(await askMetadataJson({ url, path: "/metadata/v1.json", signal })),
    })),
  measure: ({ facts }) => facts,
});

function factsOf(answer: unknown): Reading {
  const address = (side: string) => textIn(factAt(answer, "interfaces", side, "0", "ipv4", "ip_address"));
  return readingOf({
    ...textsOf(answer, names),
    tags: textsIn(factAt(answer, "tags")),
    private_ip: address("private"),
    public_ip: address("public"),
  });
}
