// Everything that the agent knows as Prometheus families: the collectors' readings, other people's metrics, itself.

import { encodeName, type NameForm } from "../formats/prometheus-escape.ts";
import { prometheusGaugeName } from "../formats/prometheus-name.ts";
import type { Family } from "../formats/prometheus-text.ts";
import { BoundedMap } from "../kernel/bounded-map.ts";
import type { Pace } from "../kernel/pace.ts";
import type { Telemetry } from "../kernel/telemetry.ts";
import type { Metric } from "../metric/metric.ts";
import { type Unit, units } from "../metric/unit.ts";
import { ExpositionFamilies } from "./exposition-families.ts";

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
export function createExposition(needs: ExpositionNeeds): (form: NameForm) => Promise<Family[]> {
  const { pace } = needs;
  const namingOf = rememberedNamings();
  const refused = needs.telemetry.counter(
    "exposition_refused_total",
    "Values left out of answers to GET /metrics, each time, since another series has their name and labels there.",
  );
  return async (form) => {
    const families = new ExpositionFamilies(form);
    const add: ExpositionFamilies["add"] = (heading, labels, value) => {
      const isTaken = families.add(heading, labels, value);
      if (!isTaken) refused.add(1);
      return isTaken;
    };
    add(
      { name: `${prefix}build_info`, help: "The agent that answers", kind: "gauge" },
      { version: needs.version },
      1,
    );
    for (const { name, tags, value } of activeOf(needs)) {
      const { factor, ...naming } = namingOf(`c ${name}`, () => collectedNaming(name, needs));
      add({ ...naming, kind: "gauge" }, tags, value * factor);
      if (pace.isDue) await pace.yield();
    }
    for (const { name, tags, value } of needs.latest.foreign()) {
      add({ ...namingOf(`${form} ${name}`, () => foreignNaming(name, form)), kind: "untyped" }, tags, value);
      if (pace.isDue) await pace.yield();
    }
    // In the end, so that what was refused above is told here.
    for (const { name, kind, help, labels, value } of needs.telemetry.samples())
      add({ name: `${prefix}${name}`, help, kind }, labels, value);
    return families.list();
  };
}

function rememberedNamings(): (key: string, make: () => Naming) => Naming {
  const namings = new BoundedMap<string, Naming>(namesKept);
  return (key, make) => {
    const known = namings.get(key);
    if (known !== undefined) return known;
    const made = make();
    namings.set(key, made);
    return made;
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

/** Somebody else's metric keeps its name as far as it can be read back, and never passes for one of ours. */
function foreignNaming(name: string, form: NameForm): Naming {
  return { name: encodeName(name, form, prefix), help: `Reported as ${name}`, factor: 1 };
}
