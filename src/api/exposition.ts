// Everything that the agent knows as Prometheus families: the collectors' readings, other people's metrics, itself.

import { prometheusGaugeName, prometheusLabelName } from "../formats/prometheus-name.ts";
import type { Family, Sample } from "../formats/prometheus-text.ts";
import { BoundedMap } from "../kernel/bounded-map.ts";
import type { Pace } from "../kernel/pace.ts";
import type { Telemetry } from "../kernel/telemetry.ts";
import type { Metric, Tags } from "../metric/metric.ts";
import { type Unit, units } from "../metric/unit.ts";

export interface LeafFacts {
  readonly help: string;
  readonly unit?: Unit;
}

export interface ExpositionNeeds {
  readonly version: string;
  readonly telemetry: Telemetry;
  readonly pace: Pace;
  readonly latest: { collected(): Iterable<Metric>; foreign(): Iterable<Metric> };
  /** False for a collector whose last run found nothing: what it found before holds no longer. */
  readonly isActive: (collector: string) => boolean;
  /** Help and units of a collector's numbers, by the name behind the collector's own; `*` for all others. */
  readonly leavesOf: (collector: string) => Readonly<Record<string, LeafFacts>> | undefined;
}

/** What a metric's name becomes. */
interface Naming {
  readonly name: string;
  readonly help: string;
  readonly factor: number;
}

const prefix = "yagura_";
const namesKept = 50_000;

/** A function that gives all families as they are now; others are let through while there are many. */
export function createExposition(needs: ExpositionNeeds): () => Promise<Family[]> {
  const { pace } = needs;
  const namings = new BoundedMap<string, Naming>(namesKept);
  const namingOf = (name: string, make: () => Naming) => {
    const known = namings.get(name);
    if (known !== undefined) return known;
    const made = make();
    namings.set(name, made);
    return made;
  };
  return async () => {
    const families = new Families();
    families.add(
      { name: `${prefix}build_info`, help: "The agent that answers", kind: "gauge" },
      { version: needs.version },
      1,
    );
    for (const { name, tags, value } of activeOf(needs)) {
      const { factor, ...naming } = namingOf(`c ${name}`, () => collectedNaming(name, needs));
      families.add({ ...naming, kind: "gauge" }, tags, value * factor);
      if (pace.isDue) await pace.yield();
    }
    for (const { name, kind, help, labels, value } of needs.telemetry.samples())
      families.add({ name: `${prefix}${name}`, help, kind }, labels, value);
    for (const { name, tags, value } of needs.latest.foreign()) {
      families.add({ ...namingOf(`f ${name}`, () => foreignNaming(name)), kind: "gauge" }, tags, value);
      if (pace.isDue) await pace.yield();
    }
    return families.list();
  };
}

function* activeOf({ isActive, latest }: ExpositionNeeds): Iterable<Metric> {
  for (const metric of latest.collected()) if (isActive(metric.name.split(".", 1)[0] ?? "")) yield metric;
}

function collectedNaming(name: string, { leavesOf }: ExpositionNeeds): Naming {
  const dot = name.indexOf(".");
  const collector = name.slice(0, dot);
  const leaf = name.slice(dot + 1);
  const leaves = leavesOf(collector) ?? {};
  const facts = leaves[leaf] ?? leaves["*"];
  const unit = facts?.unit ?? "count";
  const help =
    leaves[leaf] === undefined && facts !== undefined ? `${facts.help}: ${leaf}` : (facts?.help ?? name);
  return { name: `${prefix}${prometheusGaugeName(name, unit)}`, help, factor: units[unit].factor };
}

/** Somebody else's metric keeps its name as far as Prometheus has the characters, and never passes for one of ours. */
function foreignNaming(name: string): Naming {
  const plain = prometheusGaugeName(name);
  const own = plain.startsWith(prefix) ? `foreign_${plain}` : plain;
  return { name: own, help: `Reported as ${name}`, factor: 1 };
}

interface Heading {
  readonly name: string;
  readonly help: string;
  readonly kind: Family["kind"];
}

/** Samples gathered under their names; of those that would be the same line the first one stays. */
class Families {
  readonly #byName = new Map<string, { heading: Heading; samples: Sample[]; seen: Set<string> }>();

  add(heading: Heading, tags: Tags, value: number): void {
    const labels: Record<string, string> = {};
    for (const tag in tags) labels[prometheusLabelName(tag)] = tags[tag] ?? "";
    // Of the names that are written: tags of several names can become one label, and stand in another order.
    const key = Object.keys(labels)
      .sort()
      .map((label) => `${label}\0${labels[label]}\0`)
      .join("");
    const family = this.#byName.get(heading.name) ?? this.#open(heading);
    if (family.seen.has(key) || family.heading.kind !== heading.kind) return;
    family.seen.add(key);
    family.samples.push({ labels, value });
  }

  list(): Family[] {
    return [...this.#byName.values()].map(({ heading: { name, help, kind }, samples }) => ({
      name,
      help,
      kind,
      samples,
    }));
  }

  #open(heading: Heading) {
    const family = { heading, samples: [], seen: new Set<string>() };
    this.#byName.set(heading.name, family);
    return family;
  }
}
