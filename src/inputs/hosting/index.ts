// On what this host stands: the drivers that find it out, and a collector for each provider and device.
import type { Collector } from "../collector.ts";
import { alibaba } from "./alibaba.ts";
import { azure } from "./azure.ts";
import { digitalOcean } from "./digital-ocean.ts";
import { ec2 } from "./ec2.ts";
import { googleCloud } from "./google-cloud.ts";
import { raspberryPi } from "./raspberry-pi.ts";
import { scaleway } from "./scaleway.ts";
import { synology } from "./synology.ts";

export const hostingCollectors: readonly Collector[] = [
  ...[ec2, azure, googleCloud, scaleway, alibaba, digitalOcean],
  ...[raspberryPi, synology],
];
