// What containers and images use, in the shape of the older system (contract opsbro §11.3).
import type { Earlier } from "../collector.ts";
import { type Figure, figuresOfSample } from "./container-figures.ts";
import type { EngineView } from "./engine.ts";
import type { DockerSample } from "./read-docker.ts";

export interface DockerFigure {
  readonly type: "gauge" | "rate";
  /** Scope and name, such as `memory.rss`. */
  readonly key: string;
  /** Null: a rate of which there is only one sample yet. */
  readonly value: number | null;
  readonly scope: string;
}

type Figures = Readonly<Record<string, DockerFigure>>;

export interface DockerStats {
  readonly connected: boolean;
  /** By id. */
  readonly containers: Readonly<Record<string, Figures>>;
  /** By name: the sums over the containers of an image. */
  readonly images: Readonly<Record<string, Figures>>;
  /** Names of the containers above, by id. */
  readonly names: Readonly<Record<string, { readonly name: string; readonly image: string }>>;
  /** Containers that run and are not measured. */
  readonly left_out: number;
}

/** The last two of the collector. */
export interface Samples {
  readonly sample: DockerSample;
  readonly earlier: Earlier<DockerSample> | undefined;
}

/** Without containers that have ended since they were measured. */
export function dockerStats(view: EngineView | undefined, samples: Samples | undefined): DockerStats {
  const running = new Set(view?.containers.map(({ id }) => id));
  const measured = samples?.sample.containers.filter(({ id }) => running.has(id)) ?? [];
  const { containers, images } =
    samples === undefined
      ? { containers: [], images: [] }
      : figuresOfSample({ ...samples.sample, containers: measured }, samples.earlier);
  return {
    connected: view !== undefined,
    containers: Object.fromEntries(containers.map(({ container, figures }) => [container.id, told(figures)])),
    images: Object.fromEntries([...images].map(([image, figures]) => [image, told(figures)])),
    names: Object.fromEntries(measured.map(({ id, name, image }) => [id, { name, image }])),
    left_out: Math.max(0, (view?.running ?? 0) - measured.length),
  };
}

function told(figures: readonly Figure[]): Figures {
  return Object.fromEntries(
    figures.map(({ scope, name, type, value }) => {
      const key = `${scope}.${name}`;
      return [key, { type, key, value: value ?? null, scope }];
    }),
  );
}
