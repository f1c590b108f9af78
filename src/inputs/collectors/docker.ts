// Collector `docker`: what running containers use, from control groups or Docker's own socket (contract opsbro §11.3).
import * as z from "zod";
import { rateNames } from "../../formats/proc/docker-stats.ts";
import { path } from "../../kernel/schema.ts";
import { defineCollector, type NotEligible, type Reading } from "../collector.ts";
import { type Figure, figuresOfSample } from "../docker/container-figures.ts";
import { type DockerSample, readDocker } from "../docker/read-docker.ts";
import { readingOf } from "./measuring/rate.ts";

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
  read: ({ socket, at_most }, needs): Promise<DockerSample | NotEligible> =>
    readDocker({ socket, atMost: at_most }, needs),
  measure(sample, earlier) {
    if (earlier === undefined) return undefined;
    const { containers, images } = figuresOfSample(sample, earlier);
    return {
      connected: true,
      version: sample.version,
      api: sample.api,
      running: sample.running,
      known_images: sample.images,
      containers: Object.fromEntries(
        containers.map(({ container: { id, name, image }, figures }) => [
          name,
          { id, image, ...levelsOf(figures) },
        ]),
      ),
      images: Object.fromEntries([...images].map(([image, figures]) => [image, levelsOf(figures)])),
    };
  },
});

/** A rate without an earlier sample is left out. */
function levelsOf(figures: readonly Figure[]): Reading {
  const level = (wanted: Figure["scope"]) =>
    readingOf(
      Object.fromEntries(
        figures.filter(({ scope }) => scope === wanted).map(({ name, value }) => [name, value]),
      ),
    );
  return { memory: level("memory"), cpu: level("cpu") };
}
