// From a collector's reading to metrics: every number in the tree is one, the levels of keys are its name and tags.
import { faultOf, type Metric, noTags, type Tags } from "../metric/metric.ts";
import type { Collector, Leaf, Reading } from "./collector.ts";

/** Where in the tree a branch hangs, in a metric's words. */
interface Branch {
  readonly reading: Reading;
  readonly name: string;
  readonly tags: Tags;
  readonly depth: number;
}

/** Metrics of a reading. What cannot be a metric (texts, lists, numbers that are not finite) is left out. */
export function metricsOfReading(
  { name, instances = [] }: Pick<Collector, "name" | "instances">,
  reading: Reading,
  timestampMs: number,
): Metric[] {
  const metrics: Metric[] = [];
  const branches: Branch[] = [{ reading, name, tags: noTags, depth: 0 }];
  for (let branch = branches.shift(); branch !== undefined; branch = branches.shift()) {
    for (const [key, value] of Object.entries(branch.reading)) {
      if (typeof value === "number")
        metrics.push({ name: `${branch.name}.${key}`, tags: branch.tags, value, timestampMs });
      else if (isBranch(value)) branches.push(below(branch, key, value, instances[branch.depth]));
    }
  }
  return metrics.filter((metric) => faultOf(metric) === undefined);
}

/** A level that has a tag is not in the name. */
function below({ name, tags, depth }: Branch, key: string, reading: Reading, tag = ""): Branch {
  if (tag === "") return { reading, name: `${name}.${key}`, tags, depth: depth + 1 };
  return { reading, name, tags: { ...tags, [tag]: key }, depth: depth + 1 };
}

function isBranch(value: Leaf | Reading): value is Reading {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
