// Collector `ec2`: what Amazon's cloud tells a machine about itself (contract opsbro §4.3).
import type { Reading } from "../../metric/reading.ts";
import { defineCollector } from "../collector.ts";
import { readingOf } from "../collectors/measuring/rate.ts";
import { textIn, textsIn } from "./chosen-facts.ts";
import { metadataConfig, metadataEveryMs, onlyOn } from "./metadata-service.ts";
import { readMetadataTree } from "./metadata-tree.ts";

const plain = [
  ...["instance-id", "instance-type", "ami-id", "hostname", "local-hostname", "local-ipv4"],
  ...["public-hostname", "public-ipv4", "mac", "instance-life-cycle"],
];
const places = ["availability-zone", "availability-zone-id", "region"];
const paths = [...plain, "security-groups", ...places.map((name) => `placement/${name}`)];

export const ec2 = defineCollector({
  name: "ec2",
  summary: "What Amazon's cloud tells this machine about itself.",
  everyMs: metadataEveryMs,
  config: metadataConfig("http://169.254.169.254"),
  leaves: {},
  read: ({ url }, needs) =>
    onlyOn("ec2", needs, async () => ({
      texts: await readMetadataTree({
        url,
        tokenHeader: "X-aws-ec2-metadata-token",
        paths,
        signal: needs.signal,
      }),
    })),
  measure: ({ texts }) =>
    readingOf({
      ...Object.fromEntries(plain.map((name) => [name, textIn(texts.get(name))])),
      "security-groups": textsIn(texts.get("security-groups")?.split("\n")),
      placement: placementOf(texts),
    }),
});

/** Older services do not tell the region, but every zone's name begins with it. */
function placementOf(texts: ReadonlyMap<string, string>): Reading {
  const found = Object.fromEntries(places.map((name) => [name, textIn(texts.get(`placement/${name}`))]));
  const region = /^[a-z]+(-[a-z]+)+-\d+/.exec(found["availability-zone"] ?? "")?.[0];
  return readingOf({ ...found, region: found["region"] ?? region });
}
