// The families of one page, gathered sample by sample: no name has two kinds, and no line comes twice.
import { encodeLabel, type NameForm } from "../formats/prometheus-escape.ts";
import type { Family, Sample } from "../formats/prometheus-text.ts";
import type { Tags } from "../metric/metric.ts";

interface Heading {
  readonly name: string;
  readonly help: string;
  readonly kind: Family["kind"];
}

/** Of samples that would be the same line the first one stays. */
export class ExpositionFamilies {
  readonly #form: NameForm;
  readonly #byName = new Map<string, { heading: Heading; samples: Sample[]; seen: Set<string> }>();

  constructor(form: NameForm) {
    this.#form = form;
  }

  /** False for a sample that is left out. */
  add(heading: Heading, tags: Tags, value: number): boolean {
    const labels: Record<string, string> = {};
    for (const tag in tags) labels[encodeLabel(tag, this.#form)] = tags[tag] ?? "";
    // The same labels can stand in another order.
    const key = Object.keys(labels)
      .sort()
      .map((label) => `${label}\0${labels[label]}\0`)
      .join("");
    const family = this.#byName.get(heading.name) ?? this.#open(heading);
    if (family.seen.has(key) || family.heading.kind !== heading.kind) return false;
    family.seen.add(key);
    family.samples.push({ labels, value });
    return true;
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
