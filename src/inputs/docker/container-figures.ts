// The figures of a container from two samples of it, and of an image from those of its containers (contract opsbro §11.3).
import { type ContainerStats, rateNames } from "../../formats/proc/docker-stats.ts";
import type { Earlier } from "../collector.ts";
import { growth, hundredths, perSecond } from "../collectors/measuring/rate.ts";
import type { DockerSample, MeasuredContainer } from "./read-docker.ts";

export interface Figure {
  readonly scope: "memory" | "cpu";
  /** Without its scope, such as `rss`. */
  readonly name: string;
  readonly type: "gauge" | "rate";
  /** Bytes, events a second, processors kept busy. Undefined: a rate that has no earlier sample. */
  readonly value: number | undefined;
}

/** Only those that the kernel counts: version 2 of control groups knows no paging in and out. */
function figuresOf(
  { id, stats }: MeasuredContainer,
  earlier: Earlier<DockerSample> | undefined,
): readonly Figure[] {
  const before = earlier?.sample.containers.find((container) => container.id === id)?.stats;
  const rate = (
    scope: Figure["scope"],
    name: string,
    pick: (stats: ContainerStats) => number | undefined,
  ) => {
    const now = pick(stats);
    if (now === undefined) return [];
    const grown = growth(now, before === undefined ? undefined : pick(before));
    const value = grown === undefined ? undefined : perSecond(grown, earlier?.elapsedMs ?? 0);
    return [{ scope, name, type: "rate" as const, value }];
  };
  return [
    ...[...stats.memory].map(
      ([name, value]) => ({ scope: "memory", name, type: "gauge", value }) satisfies Figure,
    ),
    ...rateNames.flatMap((name) => rate("memory", name, ({ events }) => events.get(name))),
    ...rate("cpu", "user", ({ userSeconds }) => userSeconds),
    ...rate("cpu", "system", ({ systemSeconds }) => systemSeconds),
  ];
}

/** One image's containers together: what is not known of one of them yet is left out of the sum. */
function sumOf(containers: readonly (readonly Figure[])[]): readonly Figure[] {
  const sums = new Map<string, Figure>();
  for (const figure of containers.flat()) {
    const key = `${figure.scope}.${figure.name}`;
    const known = sums.get(key)?.value;
    const value = known === undefined ? figure.value : hundredths(known + (figure.value ?? 0));
    sums.set(key, { ...figure, value });
  }
  return [...sums.values()];
}

export interface SampleFigures {
  readonly containers: readonly {
    readonly container: MeasuredContainer;
    readonly figures: readonly Figure[];
  }[];
  /** By the image's name. */
  readonly images: ReadonlyMap<string, readonly Figure[]>;
}

/** Figures of every container, and of every image that one of them runs. */
export function figuresOfSample(
  sample: DockerSample,
  earlier: Earlier<DockerSample> | undefined,
): SampleFigures {
  const images = new Map<string, (readonly Figure[])[]>();
  const containers = sample.containers.map((container) => {
    const figures = figuresOf(container, earlier);
    const others = images.get(container.image);
    if (others === undefined) images.set(container.image, [figures]);
    else others.push(figures);
    return { container, figures };
  });
  return { containers, images: new Map([...images].map(([image, all]) => [image, sumOf(all)])) };
}
