// Collector `googlecloud`: what Google's cloud tells a machine about itself (contract opsbro §4.3).
import type { Reading } from "../../metric/reading.ts";
import { defineCollector } from "../collector.ts";
import { readingOf } from "../collectors/measuring/rate.ts";
import { factAt, textIn, textsIn, textsOf } from "./chosen-facts.ts";
import { askMetadataJson, metadataConfig, metadataEveryMs, onlyOn } from "./metadata-service.ts";

const path = "/computeMetadata/v1/instance/?recursive=true";
/** Its number is larger than numbers of JSON can be here, and `attributes` holds keys and start scripts. */
const names = ["name", "hostname", "cpuPlatform", "description"];

export const googleCloud = defineCollector({
  name: "googlecloud",
  summary: "What Google's cloud tells this machine about itself.",
  everyMs: metadataEveryMs,
  config: metadataConfig("http://169.254.169.254"),
  leaves: {},
  read: ({ url }, { host, signal }) =>
    onlyOn("google-cloud", { host }, async () => {
      const headers = { "Metadata-Flavor": "Google" };
      return { facts: factsOf(await askMetadataJson({ url, path, headers, signal })) };
    }),
  measure: ({ facts }) => facts,
});

function factsOf(answer: unknown): Reading {
  const first = factAt(answer, "networkInterfaces", "0");
  return readingOf({
    ...textsOf(answer, names),
    zone: lastPart(factAt(answer, "zone")),
    machineType: lastPart(factAt(answer, "machineType")),
    tags: textsIn(factAt(answer, "tags")),
    private_ip: textIn(factAt(first, "ip")),
    public_ip: textIn(factAt(first, "accessConfigs", "0", "externalIp")),
  });
}

/** `projects/1/zones/europe-west1-b` is `europe-west1-b`. */
function lastPart(value: unknown): string | undefined {
  return textIn(textIn(value)?.split("/").at(-1));
}
