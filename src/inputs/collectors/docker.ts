// Collector `docker`: what running containers use, from Docker's own socket (contract opsbro §11.3).
import * as z from "zod";
import { type ContainerStats, rateNames } from "../../formats/proc/docker-stats.ts";
import { path } from "../../kernel/schema.ts";
import { defineCollector, type Earlier, type NotEligible, type Reading } from "../collector.ts";
import { type DockerContainer, type DockerEngine, readDocker } from "./measuring/docker-engine.ts";
import { growth, numberAt, perSecond, readingOf } from "./measuring/rate.ts";

export type DockerSample = DockerEngine;

const memoryHelp = "Memory of this kind, as the kernel counts it for the container";

export const docker = defineCollector({
  name: "docker",
  summary: "What running containers use, each and together for their images.",
  config: z.strictObject({
    socket: path().default("/var/run/docker.sock").describe("Unix socket of the Docker engine."),
    at_most: z.int().min(1).max(1000).default(100).describe("Containers that are measured."),
  }),
  instances: ["", "name"],
  leaves: {
    "*": { help: memoryHelp, unit: "bytes" },
    running: { help: "Containers that run" },
    known_images: { help: "Images on this host" },
    ...Object.fromEntries(
      ["containers", "images"].flatMap((scope) => [
        ...rateNames.map((name) => [
          `${scope}.memory.${name}`,
          { help: `The kernel's events ${name}`, unit: "per-second" as const },
        ]),
        [`${scope}.cpu.user`, { help: "Processors kept busy in user mode" }],
        [`${scope}.cpu.system`, { help: "Processors kept busy in the kernel" }],
      ]),
    ),
  },
  read: ({ socket, at_most }, { signal }): Promise<DockerSample | NotEligible> =>
    readDocker({ socket, atMost: at_most, signal }),
  measure(sample, earlier) {
    if (earlier === undefined) return undefined;
    const readings = sample.containers.map((container) => ({
      container,
      reading: readingOfContainer(container, earlier),
    }));
    return {
      connected: true,
      version: sample.version,
      api: sample.api,
      running: sample.running,
      known_images: sample.images,
      containers: Object.fromEntries(
        readings.map(({ container: { id, name, image }, reading }) => [name, { id, image, ...reading }]),
      ),
      images: sums(readings),
    };
  },
});

interface ContainerReading {
  readonly memory: Reading;
  readonly cpu: Reading;
}

function readingOfContainer(
  { id, stats }: DockerContainer,
  { sample, elapsedMs }: Earlier<DockerSample>,
): ContainerReading {
  const before = sample.containers.find((container) => container.id === id)?.stats;
  const rate = (pick: (stats: ContainerStats) => number | undefined) => {
    const grown = growth(pick(stats), before === undefined ? undefined : pick(before));
    return grown === undefined ? undefined : perSecond(grown, elapsedMs);
  };
  const events = rateNames.map((name) => [name, rate((one) => one.events.get(name))] as const);
  return {
    memory: readingOf({ ...Object.fromEntries(stats.memory), ...Object.fromEntries(events) }),
    cpu: readingOf({ user: rate((one) => one.userSeconds), system: rate((one) => one.systemSeconds) }),
  };
}

/** Containers of one image together. */
function sums(readings: readonly { container: DockerContainer; reading: ContainerReading }[]): Reading {
  const images = new Map<string, ContainerReading>();
  for (const { container, reading } of readings) {
    const known = images.get(container.image) ?? { memory: {}, cpu: {} };
    images.set(container.image, {
      memory: added(known.memory, reading.memory),
      cpu: added(known.cpu, reading.cpu),
    });
  }
  return Object.fromEntries([...images].map(([image, { memory, cpu }]) => [image, { memory, cpu }]));
}

function added(one: Reading, other: Reading): Reading {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return Object.fromEntries([...names].map((name) => [name, numberAt(one, name) + numberAt(other, name)]));
}
